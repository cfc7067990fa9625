"""A service's tokens: one per tenant and callee, kept, asked for once at a time."""

import asyncio
import base64
from urllib.parse import parse_qs

import httpx2
import pytest

from libs.clients.tests.unruly import Behave, Unruly, says, words
from stepwell_clients.tokens import PersonToken, ServiceTokens
from stepwell_devstack.ports import choose_port
from stepwell_kernel.errors import Unavailable


def token(text: str, lifetime: float = 300) -> Behave:
    return says(200, {"access_token": text, "token_type": "Bearer", "expires_in": lifetime})


def source(issuer: Unruly, http: httpx2.AsyncClient) -> ServiceTokens:
    return ServiceTokens(http, issuer.url, "notifications", "secret")


async def test_a_token_is_asked_for_with_the_services_credentials_for_one_tenant(
    unruly: Unruly, http: httpx2.AsyncClient
) -> None:
    unruly.will(token("t1"))
    assert await source(unruly, http).token("intake", "riverbend") == "t1"
    (asked,) = unruly.asked
    assert (asked.method, asked.path) == ("POST", "/token")
    assert asked.headers["authorization"] == f"Basic {base64.b64encode(b'notifications:secret').decode()}"
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "audience": ["intake"],
        "tenant": ["riverbend"],
    }


async def test_callers_at_once_share_one_request(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(token("t1"), token("t2"))
    tokens = source(unruly, http)
    assert set(await asyncio.gather(*(tokens.token("intake", "riverbend") for _ in range(10)))) == {"t1"}
    assert len(unruly.asked) == 1


async def test_tenants_and_callees_never_share_a_token(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(token("t1"), token("t2"), token("t3"), token("t4"))
    tokens = source(unruly, http)
    pairs = [("intake", "riverbend"), ("intake", "harborlight"), ("scheduling", "riverbend"), ("intake", None)]
    assert [await tokens.token(*pair) for pair in pairs] == ["t1", "t2", "t3", "t4"]
    assert [await tokens.token(*pair) for pair in pairs] == ["t1", "t2", "t3", "t4"]
    assert "tenant" not in parse_qs(unruly.asked[-1].body.decode())


async def test_a_token_within_30_seconds_of_its_end_is_renewed(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(token("t1", 29), token("t2", 300))
    tokens = source(unruly, http)
    assert [await tokens.token("intake", "riverbend") for _ in range(3)] == ["t1", "t2", "t2"]


@pytest.mark.parametrize(
    "answer",
    [says(401, {"error": "invalid_client"}), words(200, "<html>"), says(200, {}), says(200, []), words(503, "")],
)
async def test_an_issuer_that_gives_no_token_is_unavailable_and_asked_again(
    unruly: Unruly, http: httpx2.AsyncClient, answer: Behave
) -> None:
    unruly.will(answer, token("t1"))
    tokens = source(unruly, http)
    with pytest.raises(Unavailable) as refusal:
        await tokens.token("intake", "riverbend")
    assert refusal.value.code == "issuer_unavailable"
    assert await tokens.token("intake", "riverbend") == "t1"


async def test_an_issuer_that_is_away_is_unavailable(http: httpx2.AsyncClient) -> None:
    with pytest.raises(Unavailable):
        await source(Unruly(choose_port(0)), http).token("intake", "riverbend")


async def test_a_persons_token_is_the_same_for_every_callee() -> None:
    tokens = PersonToken("mine")
    assert {await tokens.token("intake", None), await tokens.token("scheduling", "riverbend")} == {"mine"}
