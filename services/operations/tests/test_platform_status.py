"""The state of the platform: what the parts tell, and what is said of one that does not."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio
from prometheus_client import CollectorRegistry

from services.operations.tests.episode_events import Episode
from services.operations.tests.open_console import COUNSELOR, FACILITY, NURSE, OPERATOR, OpenConsole, project
from stepwell_devstack.loopback import serve_http
from stepwell_messaging.parking import park
from stepwell_messaging.platform_api import platform_router
from stepwell_operations.platform_status import PATIENCE_S, Peers, PlatformWatch
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge


class EdgeTokens:
    """Tokens of operations, from the issuer of the tests."""

    def __init__(self, edge: ServiceEdge) -> None:
        self._edge = edge

    async def token(self, audience: str, tenant: str | None) -> str:
        return self._edge.issuer.service(audience, "operations", tenant=tenant or "riverbend")


@pytest_asyncio.fixture(loop_scope="session")
async def edge(open_edge: OpenEdge) -> ServiceEdge:
    return await open_edge("operations")


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


async def serve_part(edge: ServiceEdge, name: str, health: Health) -> AsyncIterator[str]:
    app = create_app(name, health, CollectorRegistry(), edge.issuer.authenticator(name))
    app.include_router(platform_router(edge.transactions, {}))
    async with serve_http(app, 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(loop_scope="session")
async def health() -> Health:
    health = Health()
    health.wired()
    return health


@pytest_asyncio.fixture(loop_scope="session")
async def part(edge: ServiceEdge, health: Health) -> AsyncIterator[str]:
    async for url in serve_part(edge, "intake", health):
        yield url


async def test_a_part_that_is_ready_tells_what_waits(edge: ServiceEdge, http: httpx2.AsyncClient, part: str) -> None:
    peers = Peers(http, EdgeTokens(edge), {"intake": part})
    told = await peers.status("riverbend")
    assert told.ready
    assert (told.silent, told.told_by) == ([], "")
    assert [(one.name, one.ready, one.detail) for one in told.parts] == [("intake", True, "nothing waits")]
    (stuck,) = Episode(FACILITY, edge.clock.now()).refer().incoming
    async with edge.transactions(edge.person()) as tx:
        await park(tx.connection, "operations", "poison_KeyError", stuck.record)
        await tx.connection.execute(
            "insert into outbox (event_id, topic, key, tenant_id, headers, payload)"
            " values (gen_random_uuid(), 't', 'k', 'riverbend', '', '')"
        )
    told = await peers.status("riverbend")
    assert told.parts[0].detail == "1 to send, 1 parked"
    assert told.parked_keys == 1
    assert 0 <= told.oldest_unsent_s < 30


async def test_a_part_that_waits_says_for_what(
    edge: ServiceEdge, http: httpx2.AsyncClient, part: str, health: Health
) -> None:
    async def never() -> bool:
        return False

    health.add("consumer intake", never)
    told = await Peers(http, EdgeTokens(edge), {"intake": part}).status("riverbend")
    assert [(one.ready, one.detail) for one in told.parts] == [(False, "waits for consumer intake")]
    assert told.silent == []
    assert not told.ready


async def test_parts_that_are_dead_silent_or_strange_are_shown_as_not_ready(
    edge: ServiceEdge, http: httpx2.AsyncClient, part: str, health: Health
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()[1]
        closed.close()
        urls = {
            "intake": part,
            "scheduling": f"http://127.0.0.1:{dead}",
            "medication": f"http://127.0.0.1:{silent.getsockname()[1]}",
            # Another service's token audience: this one cannot read what waits at it.
            "workflows": part,
            "notifications": f"{part}/live",
        }
        async with asyncio.timeout(PATIENCE_S * 2):
            told = await Peers(http, EdgeTokens(edge), urls).status("riverbend")
    assert {one.name: (one.ready, one.detail) for one in told.parts} == {
        "intake": (True, "nothing waits"),
        "scheduling": (False, "does not answer"),
        "medication": (False, "does not answer"),
        "workflows": (False, "does not tell what waits"),
        "notifications": (False, "does not answer"),
    }
    assert told.silent == ["scheduling", "medication", "workflows", "notifications"]
    assert told.told_by == "from 1 of 5 parts"


async def test_many_who_look_ask_once(edge: ServiceEdge, http: httpx2.AsyncClient, part: str) -> None:
    watch = PlatformWatch(Peers(http, EdgeTokens(edge), {"intake": part}))
    looks = await asyncio.gather(*(watch.status("riverbend") for _ in range(20)))
    assert len({id(look) for look in looks}) == 1
    assert await watch.status("riverbend") is looks[0]


async def test_the_status_is_told_with_what_the_caller_may_see(console: OpenConsole) -> None:
    await project(console.edge, Episode(FACILITY, console.edge.clock.now()).refer().incoming)
    browser = await console.browser()
    for staff_id, status in ((OPERATOR, 200), (COUNSELOR, 200), (NURSE, 403)):
        headers = {"Authorization": f"Bearer {await console.issuer.person(staff_id)}"}
        answer = await browser.get("/v1/status", headers=headers)
        assert answer.status_code == status
        if status == 200:
            found = answer.json()
            assert found["journeys_by_phase"] == {"referral": 1}
            assert {part["name"]: part["ready"] for part in found["parts"]} == {"medication": False, "operations": True}
            assert found["at"] == "2026-03-02T17:00:00Z"
