"""Tokens with real signatures: who gets in, as whom, and what the others are told."""

import time
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from libs.runtime.tests.conftest import AUDIENCE, App
from stepwell_kernel.caller import CallerKind
from stepwell_kernel.errors import Unavailable
from stepwell_runtime.http import auth
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.http.problems import Unauthenticated
from stepwell_testing.tokens import ISSUER, TestIssuer

STAFF, FACILITY = UUID(int=1), UUID(int=2)
SERVICE: dict[str, Any] = {
    "kind": "service",
    "sub": "intake",
    "aud": AUDIENCE,
    "roles": ["intake"],
    "tenant": "riverbend",
}


class Keys:
    """An issuer's key set that is counted, and can be away."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = list(keys)
        self.away = False
        self.asked = 0

    async def __call__(self) -> dict[str, Any]:
        self.asked += 1
        if self.away:
            raise OSError
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": kid})


def signed(key: ECKey, **claims: object) -> str:
    now = int(time.time())
    return jwt.encode({"alg": "ES256", "kid": key.kid}, {"iss": ISSUER, "exp": now + 60, **SERVICE, **claims}, key)


async def test_a_person_is_read_from_the_token(issuer: TestIssuer) -> None:
    token = issuer.person(AUDIENCE, STAFF, "nurse", "counselor", tenant="riverbend", facilities=(FACILITY,))
    caller = await issuer.authenticator(AUDIENCE).caller(token)
    assert (caller.kind, caller.tenant, caller.subject) == (CallerKind.PERSON, "riverbend", str(STAFF))
    assert (caller.roles, caller.facilities) == (frozenset({"nurse", "counselor"}), frozenset({FACILITY}))
    assert caller.staff_id == STAFF


async def test_a_service_is_read_from_the_token(issuer: TestIssuer) -> None:
    caller = await issuer.authenticator(AUDIENCE).caller(issuer.sign(SERVICE))
    assert (caller.kind, caller.facilities, caller.staff_id) == (CallerKind.SERVICE, None, None)


async def test_one_of_several_audiences_is_enough(issuer: TestIssuer) -> None:
    caller = await issuer.authenticator(AUDIENCE).caller(issuer.sign({**SERVICE, "aud": ["other", AUDIENCE]}))
    assert caller.subject == "intake"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://elsewhere.invalid"},
        {"aud": "other"},
        {"aud": ["other"]},
        {"kind": "journey"},
        {"kind": "duty"},
        {"tenant": None},
        {"tenant": 7},
        {"tenant": "x'; drop table audit"},
        {"tenant": ""},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"nbf": 4_102_444_800},
        {"roles": "intake"},
        {"roles": [7]},
        {"facilities": "0193a000-0000-7000-8000-000000000001"},
        {"facilities": ["nowhere"]},
        {"staff_id": "nobody"},
        {"staff_id": 7},
    ],
    ids=str,
)
async def test_a_token_that_says_anything_else_is_refused(issuer: TestIssuer, changed: dict[str, Any]) -> None:
    claims = {"iss": ISSUER, "exp": int(time.time()) + 60, **SERVICE, **changed}
    claims = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode({"alg": "ES256", "kid": "test"}, claims, issuer.key)
    with pytest.raises(Unauthenticated) as refusal:
        await issuer.authenticator(AUDIENCE).caller(token)
    assert refusal.value.code == "token_invalid"


async def test_an_expired_token_is_told_apart(issuer: TestIssuer) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await issuer.authenticator(AUDIENCE).caller(issuer.sign({**SERVICE, "exp": int(time.time()) - 60}))
    assert refusal.value.code == "token_expired"


async def test_a_signature_by_another_key_or_by_none_is_refused(issuer: TestIssuer) -> None:
    good = issuer.sign(SERVICE)
    head, payload, signature = good.split(".")
    claims = {"iss": ISSUER, "exp": int(time.time()) + 60, **SERVICE}
    forged = [
        signed(new_key("test")),
        f"{head}.{payload}.",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        "eyJhbGciOiJub25lIn0." + payload + ".",
        jwt.encode({"alg": "HS256", "kid": "test"}, claims, OctKey.generate_key(256)),
        "a.b.c",
        "x",
    ]
    for token in forged:
        with pytest.raises(Unauthenticated) as refusal:
            await issuer.authenticator(AUDIENCE).caller(token)
        assert refusal.value.code == "token_invalid"


async def test_a_new_key_of_the_issuer_is_fetched_once_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = new_key("old"), new_key("new")
    keys = Keys(old)
    authenticator = Authenticator(ISSUER, AUDIENCE, keys)
    for _ in range(3):
        await authenticator.caller(signed(old))
    assert keys.asked == 1
    keys.keys.append(new)
    with pytest.raises(Unauthenticated):
        await authenticator.caller(signed(new))
    assert keys.asked == 1
    monkeypatch.setattr(auth, "REFETCH_S", 0.0)
    assert (await authenticator.caller(signed(new))).subject == "intake"
    assert keys.asked == 2


async def test_without_its_issuer_a_service_knows_the_keys_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key("k")
    keys = Keys(key)
    keys.away = True
    authenticator = Authenticator(ISSUER, AUDIENCE, keys)
    with pytest.raises(Unavailable, match="issuer_unavailable"):
        await authenticator.caller(signed(key))
    keys.away = False
    await authenticator.caller(signed(key))
    keys.away = True
    monkeypatch.setattr(auth, "REFETCH_S", 0.0)
    with pytest.raises(Unauthenticated):
        await authenticator.caller(signed(new_key("unknown")))
    await authenticator.caller(signed(key))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc"])
async def test_without_a_token(app: App, header: str | None) -> None:
    answer = await app.http.get("/v1/caller", headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_with_a_bad_token(app: App) -> None:
    answer = await app.http.get("/v1/caller", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


PATH = "/v1/episodes/0193/assessments"
BODY = {"note": "well", "ratings": {"withdrawal": 1}}


async def test_the_scope_of_a_key_is_the_caller_and_the_operation(app: App) -> None:
    seen = (await app.send("POST", PATH, json=BODY)).json()
    assert seen["scope"] == "http/intake/post_assessment"


async def test_what_was_asked_is_path_and_body(app: App) -> None:
    first = (await app.send("POST", PATH, json=BODY)).json()["asked"]
    again = (await app.send("POST", PATH, json=BODY)).json()["asked"]
    body = (await app.send("POST", PATH, json=BODY | {"note": "ill"})).json()["asked"]
    path = (await app.send("POST", PATH.replace("0193", "0194"), json=BODY)).json()["asked"]
    assert first == again
    assert len({first, body, path}) == 3


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "caf\u00e9", "a\tb"])
async def test_a_malformed_key_is_refused(app: App, key: str) -> None:
    answer = await app.send("POST", PATH, json=BODY, headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
    assert answer.json()["fields"][0]["path"] == "Idempotency-Key"
    assert app.handled == []


async def test_a_command_needs_a_key(app: App) -> None:
    token = app.issuer.sign(SERVICE)
    answer = await app.http.post(PATH, json=BODY, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert (await app.send("POST", PATH, json=BODY, headers={"Idempotency-Key": "x" * 200})).status_code == 200
