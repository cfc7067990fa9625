"""Text messages over a provider's HTTP API: what its answers mean, and what nobody can know."""

import json
from collections.abc import Callable
from uuid import UUID

import httpx2
import pytest

from stepwell_devstack.ports import choose_port
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.sms import SmsProvider
from stepwell_notifications.domain.wording import Wording

LETTER = Letter(
    UUID("01a2184c-e4f3-71ff-892a-8d202f0c5929"), "riverbend", "+12025550177", Wording("", "", "Hi"), "+12025550101"
)
LATER = TryLater("sms_unavailable", went_out_perhaps=False)
IN_DOUBT = TryLater("sms_unavailable", went_out_perhaps=True)


async def send(answer: Callable[[httpx2.Request], httpx2.Response]) -> Taken | Refused | TryLater:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        return await SmsProvider("alpha", http, "http://127.0.0.1/sms/alpha", "alpha and us").send(LETTER)


async def test_a_text_message_is_handed_over_under_its_id_with_a_reference() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(201, json={"id": "sms-1"})

    assert await send(answer) == Taken("sms-1")
    (request,) = asked
    assert request.headers["idempotency-key"] == str(LETTER.message_id)
    assert request.headers["authorization"] == "Bearer alpha and us"
    assert json.loads(request.content) == {
        "to": "+12025550177",
        "from": "+12025550101",
        "body": "Hi",
        "reference": f"riverbend.{LETTER.message_id}",
    }


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"id": "sms-1", "repeated": True}, Taken("sms-1")),
        (200, {"ok": True}, IN_DOUBT),
        (400, {}, Refused("sms_refused")),
        (422, {}, Refused("sms_refused")),
        (401, {}, LATER),
        (404, {}, LATER),
        (429, {}, LATER),
        (500, {}, IN_DOUBT),
        (502, {}, IN_DOUBT),
        (503, {}, LATER),
        (504, {}, IN_DOUBT),
    ],
    ids=str,
)
async def test_what_its_answers_mean(status: int, body: dict[str, object], outcome: Refused | TryLater) -> None:
    assert await send(lambda _: httpx2.Response(status, json=body)) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx2.ConnectError, LATER),
        (httpx2.ConnectTimeout, LATER),
        (httpx2.ReadTimeout, IN_DOUBT),
        (httpx2.ReadError, IN_DOUBT),
        (httpx2.RemoteProtocolError, IN_DOUBT),
    ],
)
async def test_what_a_broken_connection_means(error: type[httpx2.TransportError], outcome: TryLater) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error("broken")

    assert await send(answer) == outcome


async def test_without_a_server_nothing_went_out() -> None:
    async with httpx2.AsyncClient() as http:
        provider = SmsProvider("alpha", http, f"http://127.0.0.1:{choose_port(0)}/sms/alpha", "alpha and us")
        assert await provider.send(LETTER) == LATER


def test_an_address_shows_in_no_log() -> None:
    assert "5550177" not in repr(LETTER)
