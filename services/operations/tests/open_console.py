"""The API and console of operations, served on a port of their own."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx2
from prometheus_client import CollectorRegistry
from temporalio.client import Client

from stepwell_clients.tokens import ServiceTokens
from stepwell_devstack.loopback import serve_http
from stepwell_devstack.ports import choose_port
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Projected, service_caller
from stepwell_messaging.incoming import Incoming
from stepwell_messaging.platform_api import platform_router
from stepwell_operations.api.facilities import facilities_router
from stepwell_operations.api.figures import figures_router
from stepwell_operations.api.journeys import journeys_router
from stepwell_operations.api.messages import messages_router
from stepwell_operations.api.search import search_router
from stepwell_operations.api.status import status_router
from stepwell_operations.api.worklist import worklist_router
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.console import ConsoleParts, add_console
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_operations.platform_status import Peers, PlatformWatch
from stepwell_operations.projections.apply import apply
from stepwell_operations.store.sessions import Sessions
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.http.certificates import certificates
from stepwell_testing.edge import TENANT, ServiceEdge

FACILITY = UUID("0193a000-0000-7000-8000-000000000001")
OTHER_FACILITY = UUID("0193a000-0000-7000-8000-000000000002")

#: Demo staff of the local issuer; the first two are bound to FACILITY.
COUNSELOR = UUID("0193a000-0000-7000-8000-000000000102")
NURSE = UUID("0193a000-0000-7000-8000-000000000105")
OPERATOR = UUID("0193a000-0000-7000-8000-000000000107")
STRANGER = UUID("0193a000-0000-7000-8000-0000000001b1")

VIEWS = (facilities_router, figures_router, messages_router, search_router, worklist_router)


async def project(edge: ServiceEdge, incoming: Iterable[Incoming]) -> None:
    """Apply a batch as the consumer does."""
    async with edge.transactions(service_caller("operations", "platform")) as tx:
        await Projected("operations", apply).handle(tx, list(incoming))


def parsed(html: str) -> ET.Element:
    """A page as a tree; pages are written so that they are well-formed XML as well."""
    return ET.fromstring(html.removeprefix("<!doctype html>"))


def texts(root: ET.Element, path: str) -> list[str]:
    """The texts of the elements at a path, with single spaces."""
    return [" ".join("".join(found.itertext()).split()) for found in root.iterfind(path)]


async def followed(browser: httpx2.AsyncClient, page: ET.Element, link: str) -> ET.Element:
    """The page to which the link of an id leads."""
    found = page.find(f".//a[@id='{link}']")
    assert found is not None, link
    return parsed((await browser.get(found.get("href") or "")).text)


def check_markup(page: ET.Element) -> None:
    """Ids stand there once, nothing is inline, and all tables have headings with a scope, each row of its own."""
    elements = list(page.iter())
    ids = [one.get("id") for one in elements if one.get("id")]
    assert len(ids) == len(set(ids))
    assert not page.findall(".//style")
    assert not any("".join(script.itertext()).strip() for script in page.findall(".//script"))
    assert not [name for one in elements for name in one.attrib if name == "style" or name.startswith("on")]
    for table in page.findall(".//table"):
        headings = table.findall("./thead/tr/th")
        assert {heading.get("scope") for heading in headings} == {"col"}
        assert all("".join(heading.itertext()).strip() for heading in headings)
        assert all(row.find("./th[@scope='row']") is not None for row in table.findall("./tbody/tr"))


@dataclass(frozen=True)
class LocalIssuer:
    """The local issuer: where it is, and the secrets of its clients."""

    url: str
    secrets: Mapping[str, str]

    async def person(self, staff_id: UUID) -> str:
        """A person's token, as scripts get one."""
        form = {"grant_type": "urn:stepwell:demo-person", "staff_id": str(staff_id)}
        async with httpx2.AsyncClient(verify=certificates()) as http:
            answer = await http.post(f"{self.url}/token", data=form, auth=("cli", self.secrets["cli"]))
        token: str = answer.raise_for_status().json()["access_token"]
        return token


@dataclass(frozen=True)
class OpenConsole:
    """A served console."""

    url: str
    edge: ServiceEdge
    issuer: LocalIssuer
    changes: Changes
    browsers: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def browser(self) -> httpx2.AsyncClient:
        """A browser without script that follows no redirect by itself."""
        return await self.browsers.enter_async_context(
            httpx2.AsyncClient(base_url=self.url, timeout=10, verify=certificates())
        )

    async def signed_in(self, staff_id: UUID) -> httpx2.AsyncClient:
        """The browser of a person who is signed in."""
        browser = await self.browser()
        answer = await self.come_back(browser, staff_id, await self.leave(browser, "/"))
        assert answer.status_code == 303, answer.text
        return browser

    async def in_role(self, *roles: Role) -> httpx2.AsyncClient:
        """The browser of somebody of FACILITY who is signed in with roles that no demo staff need have."""
        staff_id = new_id()
        caller = Caller(CallerKind.PERSON, TENANT, str(staff_id), frozenset(roles), frozenset({FACILITY}), staff_id)
        browser = await self.browser()
        browser.cookies.set("stepwell_session", await Sessions(self.edge.pool).open(caller, "Somebody"))
        return browser

    async def leave(self, browser: httpx2.AsyncClient, path: str) -> str:
        """Ask for a page without being signed in, and follow to the issuer's address."""
        gate = await browser.get(path)
        assert gate.status_code == 303
        issuer = await browser.get(gate.headers["location"])
        assert issuer.status_code == 303
        return str(issuer.headers["location"])

    async def come_back(
        self, browser: httpx2.AsyncClient, staff_id: UUID, address: str, **changes: str
    ) -> httpx2.Response:
        """Choose a member of staff at the issuer and bring its answer back, with changes to it."""
        form = dict(parse_qsl(urlsplit(address).query)) | {"staff_id": str(staff_id)}
        picked = await browser.post(f"{self.issuer.url}/authorize", data=form)
        assert picked.status_code == 303, picked.text
        back = urlsplit(picked.headers["location"])
        answer = {name: value for name, value in (dict(parse_qsl(back.query)) | changes).items() if value}
        return await browser.get(f"{back.scheme}://{back.netloc}{back.path}", params=answer)


@asynccontextmanager
async def running_console(
    edge: ServiceEdge, issuer: LocalIssuer, journey_watch: JourneyWatch | None = None
) -> AsyncIterator[OpenConsole]:
    """Serve API and console on a free port; without a watch that is given, journeys are away."""
    port = choose_port(0)
    url, gone = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{choose_port(0)}"
    health = Health()
    health.wired()
    app = create_app("operations", health, CollectorRegistry(), Authenticator(issuer.url, "operations"))
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(verify=certificates()))
        secret = issuer.secrets["operations"]
        tokens = ServiceTokens(http, issuer.url, "operations", secret)
        peers = Peers(http, tokens, {"medication": gone, "operations": url})
        changes = Changes(edge.pool)
        for router in VIEWS:
            app.include_router(router(edge.transactions))
        app.include_router(status_router(edge.transactions, peers))
        app.include_router(platform_router(edge.transactions, {}))
        watch = journey_watch or JourneyWatch(await Client.connect(urlsplit(gone).netloc, lazy=True))
        app.include_router(journeys_router(edge.transactions, watch.view))
        parts = ConsoleParts(
            transactions=edge.transactions,
            watch=PlatformWatch(peers),
            journey_watch=watch,
            changes=changes,
            http=http,
            issuer=issuer.url,
            secret=secret,
            own_url=url,
            factor=lambda: 43_200.0,
        )
        add_console(app, parts)
        await stack.enter_async_context(serve_http(app, port))
        await stack.enter_async_context(_looking(changes))
        opened = OpenConsole(url, edge, issuer, changes)
        await stack.enter_async_context(opened.browsers)
        yield opened


@asynccontextmanager
async def _looking(changes: Changes) -> AsyncIterator[None]:
    task = asyncio.create_task(changes.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
