"""The local providers of text messages: what they take, how they fail when told to, and what they bring back."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stepwell_devstack.loopback import serve_http
from stepwell_devstack.mailbox.app import mailbox_app
from stepwell_devstack.mailbox.journal import Journal
from stepwell_devstack.mailbox.messages import Filter, Mailbox
from stepwell_devstack.sms.callbacks import SIGNATURE, Callbacks, open_callbacks
from stepwell_devstack.sms.provider import TextProvider

PHONE = "+15550100123"
NUMBER = "+15550100100"
SECRETS = {"alpha": "alpha and us", "bravo": "bravo and us"}


@dataclass
class Platform:
    """The platform's side: what was brought, and how it answers."""

    brought: list[tuple[str, bytes, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.brought.append((request.url.path, await request.body(), request.headers.get(SIGNATURE, "")))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    def documents(self) -> Sequence[tuple[str, dict[str, Any]]]:
        return [(path, json.loads(body)) for path, body, _ in self.brought]


@dataclass(frozen=True)
class Phones:
    platform: Platform
    mailbox: Mailbox
    callbacks: Callbacks
    http: httpx2.AsyncClient

    async def send(
        self,
        key: str = "one",
        fields: Mapping[str, object] = MappingProxyType({}),
        *,
        provider: str = "alpha",
        secret: str | None = None,
    ) -> httpx2.Response:
        body = {"to": PHONE, "from": NUMBER, "body": "Tomorrow at 9:00.", "reference": "riverbend.7", **fields}
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {secret or SECRETS.get(provider)}"}
        return await self.http.post(f"/sms/{provider}/messages", json=body, headers=headers)

    async def behave(self, behaviour: Mapping[str, object]) -> httpx2.Response:
        return await self.http.put("/sms/alpha/behaviour", json=behaviour)

    async def kept(self) -> list[dict[str, Any]]:
        return list((await self.http.get("/messages.json?channel=sms")).json()["messages"])


@pytest_asyncio.fixture(loop_scope="session")
async def phones(tmp_path: Path) -> AsyncIterator[Phones]:
    platform, mailbox = Platform(), Mailbox(Journal(tmp_path / "mailbox.jsonl"))
    service = Starlette(routes=[Route("/{rest:path}", platform.take, methods=["POST"])])
    async with (
        serve_http(service, 0) as service_port,
        open_callbacks(f"http://127.0.0.1:{service_port}") as callbacks,
    ):
        providers = {name: TextProvider(name, secret, mailbox, callbacks) for name, secret in SECRETS.items()}
        async with (
            serve_http(mailbox_app(mailbox, providers), 0) as port,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
        ):
            yield Phones(platform, mailbox, callbacks, http)


async def test_a_message_is_taken_once_per_key_and_its_receipt_follows_once(phones: Phones) -> None:
    first, again = await phones.send(), await phones.send()
    assert (first.status_code, first.json()["repeated"]) == (201, False)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert first.json()["id"] == again.json()["id"]
    (message,) = await phones.kept()
    assert (message["provider"], message["sender"], message["recipients"], message["times"]) == (
        "alpha",
        NUMBER,
        [PHONE],
        2,
    )
    await phones.callbacks.done()
    receipt = {"provider_message_id": first.json()["id"], "reference": "riverbend.7", "state": "delivered"}
    assert phones.platform.documents() == [("/v1/receipts/alpha", receipt)]
    assert (await phones.send("one", {"body": "Something else"})).status_code == 422
    assert (await phones.send("two")).status_code == 201


async def test_the_same_key_at_another_provider_is_another_message(phones: Phones) -> None:
    await asyncio.gather(*(phones.send(provider=name) for name in SECRETS))
    assert sorted(message["provider"] for message in await phones.kept()) == ["alpha", "bravo"]


async def test_the_same_key_at_the_same_time_is_one_message(phones: Phones) -> None:
    answers = await asyncio.gather(*(phones.send("race") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_what_is_brought_is_signed_and_brought_again_until_it_is_taken(phones: Phones) -> None:
    phones.platform.statuses = [503, 500, 200]
    await phones.send()
    await phones.callbacks.done()
    assert len({body for _, body, _ in phones.platform.brought}) == 1
    assert len(phones.platform.brought) == 3
    _, body, signature = phones.platform.brought[0]
    assert signature == hmac.new(b"alpha and us", body, hashlib.sha256).hexdigest()


async def test_what_the_platform_refuses_is_not_brought_again(phones: Phones) -> None:
    phones.platform.statuses = [422]
    await phones.send()
    await phones.callbacks.done()
    assert len(phones.platform.brought) == 1


@pytest.mark.parametrize(
    ("behaviour", "status", "kept", "receipts"),
    [
        ({}, 201, 1, ["delivered"]),
        ({"sending": "away"}, 503, 0, []),
        ({"sending": "refuses"}, 422, 0, []),
        ({"sending": "breaks"}, 500, 1, ["delivered"]),
        ({"receipts": "undeliverable"}, 201, 1, ["undeliverable"]),
        ({"receipts": "none"}, 201, 1, []),
        ({"delay_s": 0.01}, 201, 1, ["delivered"]),
    ],
    ids=str,
)
async def test_a_provider_is_as_bad_as_it_is_told_to_be(
    phones: Phones, behaviour: dict[str, object], status: int, kept: int, receipts: list[str]
) -> None:
    shown = (await phones.behave(behaviour)).json()
    assert shown == {"sending": "takes", "receipts": "delivered", "delay_s": 0.0} | behaviour
    assert (await phones.http.get("/sms/alpha/behaviour")).json() == shown
    assert (await phones.send()).status_code == status
    await phones.callbacks.done()
    assert len(await phones.kept()) == kept
    assert [document["state"] for _, document in phones.platform.documents()] == receipts
    assert (await phones.send(provider="bravo")).status_code == 201, "the other one is not concerned"


@pytest.mark.parametrize(
    "behaviour", [{"sending": "sulks"}, {"receipts": 7}, {"delay_s": 31}, {"delay_s": "x"}, {"mood": "bad"}], ids=str
)
async def test_a_wrong_behaviour_is_refused(phones: Phones, behaviour: dict[str, object]) -> None:
    assert (await phones.behave(behaviour)).status_code == 422
    assert (await phones.http.get("/sms/alpha/behaviour")).json()["sending"] == "takes"


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "5550100123"},
        {"to": None},
        {"body": ""},
        {"body": 7},
        {"body": "a" * 1601},
        {"reference": 7},
        {"from": 7},
        {"more": 1},
    ],
    ids=lambda fields: str(fields)[:20],
)
async def test_a_wrong_message_is_refused(phones: Phones, fields: dict[str, object]) -> None:
    answer = await phones.send("one", fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert await phones.kept() == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"to": "' + b"a" * 20_000 + b'"}'], ids=["torn", "list", "large"])
async def test_a_body_that_is_none_is_refused(phones: Phones, body: bytes) -> None:
    headers = {"Idempotency-Key": "k", "Authorization": "Bearer alpha and us"}
    answer = await phones.http.post("/sms/alpha/messages", content=body, headers=headers)
    assert answer.status_code in {400, 413, 422}


async def test_a_message_needs_a_key_a_secret_and_a_provider(phones: Phones) -> None:
    assert (await phones.send("two words")).status_code == 400
    assert (await phones.send(secret="guessed")).status_code == 401
    assert (await phones.send(provider="charlie")).status_code == 404
    assert list(phones.mailbox.newest(Filter())) == []


async def test_a_text_is_sent_in_by_api_and_from_the_page(phones: Phones) -> None:
    sent = {"from": PHONE, "to": NUMBER, "text": "C"}
    assert (await phones.http.post("/sms/alpha/inbound", json=sent)).json() == {"status": 200}
    page = await phones.http.get("/sms")
    assert "form-action 'self'" in page.headers["content-security-policy"]
    posted = await phones.http.post("/sms", data=sent | {"provider": "bravo", "text": "Ñandú & co"})
    assert (posted.status_code, posted.headers["location"]) == (303, "/sms")
    (_, one), (path, two) = phones.platform.documents()
    assert {name: one[name] for name in sent} == sent
    assert (path, two["text"], two["from"]) == ("/v1/inbound/bravo", "Ñandú & co", PHONE)
    assert one["message_id"] != two["message_id"]
    assert (await phones.http.post("/sms/alpha/inbound", json=sent | {"more": 1})).status_code == 422
    assert (await phones.http.post("/sms", data=sent | {"provider": "charlie"})).status_code == 404


async def test_the_mailbox_shows_by_whom_a_text_came(phones: Phones) -> None:
    await phones.send(provider="bravo")
    assert "SMS by bravo" in (await phones.http.get("/")).text
