"""The issuer over HTTP: tokens verified from its key set as any service would, and all that it refuses."""

import base64
import hashlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet

from stepwell_devstack.issuer.app import issuer_app
from stepwell_devstack.issuer.codes import CODE_LIFETIME_SECONDS, AuthorizationCodes, Grant
from stepwell_devstack.issuer.signing import load_or_make
from stepwell_devstack.issuer.staff import HARBORLIGHT, RIVERBEND_FACILITY, STAFF, staff_member
from stepwell_devstack.issuer.tokens import machine_now
from stepwell_devstack.loopback import listen, serve_http
from stepwell_devstack.services import SERVICE_NAMES

COUNSELOR = "0193a000-0000-7000-8000-000000000102"
OPERATOR = "0193a000-0000-7000-8000-000000000107"
DEMO_PERSON = "urn:stepwell:demo-person"
REDIRECT = "http://127.0.0.1:8400/signed-in"
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SECRETS = {name: f"secret of {name}" for name in (*SERVICE_NAMES, "cli")}
ASKED = {
    "response_type": "code",
    "client_id": "operations",
    "redirect_uri": REDIRECT,
    "scope": "openid profile",
    "state": "state 1",
    "nonce": "nonce 1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass(frozen=True)
class Issuer:
    url: str
    http: httpx2.AsyncClient

    async def token(self, client: str, **form: str) -> httpx2.Response:
        return await self.http.post("/token", data=form, auth=(client, SECRETS[client]))

    async def claims(self, token: str, expected_type: str = "at+jwt") -> dict[str, Any]:
        keys = KeySet.import_key_set((await self.http.get("/jwks")).json())
        decoded = jwt.decode(token, keys, algorithms=["RS256"])
        assert decoded.header["typ"] == expected_type
        return dict(decoded.claims)

    async def code(self, staff_id: str = COUNSELOR, **changes: str) -> str:
        answer = await self.http.post("/authorize", data=ASKED | {"staff_id": staff_id} | changes)
        assert answer.status_code == 303
        return answer_of(answer)["code"]

    async def redeem(self, code: str, **changes: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return await self.token("operations", **(form | changes))


def answer_of(response: httpx2.Response) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def issuer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Issuer]:
    with listen(0) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    key = load_or_make(tmp_path_factory.mktemp("issuer") / "signing-key.json")
    async with serve_http(issuer_app(url, key, SECRETS), port), httpx2.AsyncClient(base_url=url) as http:
        yield Issuer(url, http)


async def test_discovery_leads_to_everything(issuer: Issuer) -> None:
    document = (await issuer.http.get("/.well-known/openid-configuration")).json()
    assert document["issuer"] == issuer.url
    assert (await issuer.http.get(document["jwks_uri"])).status_code == 200
    assert (await issuer.http.get(document["authorization_endpoint"], params=ASKED)).status_code == 200
    assert (await issuer.http.post(document["token_endpoint"])).json()["error"] == "invalid_request"


async def test_the_key_set_holds_no_private_part(issuer: Issuer) -> None:
    (key,) = (await issuer.http.get("/jwks")).json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_a_service_gets_a_token_for_one_service_and_one_tenant(issuer: Issuer) -> None:
    answer = await issuer.token("notifications", grant_type="client_credentials", audience="intake", tenant="riverbend")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 300)
    claims = await issuer.claims(answer.json()["access_token"])
    assert 0 <= time.time() - claims["iat"] < 30
    assert claims["exp"] - claims["iat"] == 300
    assert claims.pop("jti")
    del claims["iat"], claims["exp"]
    assert claims == {
        "iss": issuer.url,
        "sub": "notifications",
        "client_id": "notifications",
        "aud": "intake",
        "tenant": "riverbend",
        "kind": "service",
        "roles": ["notifications"],
    }


@pytest.mark.parametrize(("client", "roles"), [("operations", ["operations"]), ("cli", ["cli", "operations"])])
async def test_operations_and_the_command_line_carry_the_role_of_operations(
    issuer: Issuer, client: str, roles: list[str]
) -> None:
    answer = await issuer.token(client, grant_type="client_credentials", audience="scheduling")
    claims = await issuer.claims(answer.json()["access_token"])
    assert claims["roles"] == roles
    assert "tenant" not in claims


async def test_the_secret_may_come_in_the_form(issuer: Issuer) -> None:
    form = {"client_id": "intake", "client_secret": SECRETS["intake"]}
    grant = {"grant_type": "client_credentials", "audience": "scheduling", "tenant": "riverbend"}
    assert (await issuer.http.post("/token", data=form | grant)).status_code == 200


async def test_a_demo_person_gets_a_token_for_every_service(issuer: Issuer) -> None:
    answer = await issuer.token("cli", grant_type=DEMO_PERSON, staff_id=COUNSELOR)
    assert answer.json()["expires_in"] == 3600
    claims = await issuer.claims(answer.json()["access_token"])
    assert claims["aud"] == list(SERVICE_NAMES)
    assert (claims["sub"], claims["staff_id"], claims["kind"]) == (COUNSELOR, COUNSELOR, "person")
    assert (claims["tenant"], claims["roles"]) == ("riverbend", ["counselor"])
    assert claims["facilities"] == [str(RIVERBEND_FACILITY)]
    assert "name" not in claims


async def test_a_person_for_all_facilities_names_none(issuer: Issuer) -> None:
    answer = await issuer.token("cli", grant_type=DEMO_PERSON, staff_id=OPERATOR)
    assert "facilities" not in await issuer.claims(answer.json()["access_token"])


async def test_a_negative_lifetime_gives_an_expired_token(issuer: Issuer) -> None:
    answer = await issuer.token("cli", grant_type=DEMO_PERSON, staff_id=COUNSELOR, lifetime="-120")
    claims = await issuer.claims(answer.json()["access_token"])
    assert claims["exp"] <= time.time() - 119
    assert claims["iat"] <= claims["exp"]


async def test_the_demo_staff_spans_two_tenants(issuer: Issuer) -> None:
    listed = (await issuer.http.get("/staff.json")).json()
    assert [one["staff_id"] for one in listed] == [str(member.staff_id) for member in STAFF]
    assert {member.tenant for member in STAFF} == {"riverbend", HARBORLIGHT}


REFUSED_TOKENS = [
    (
        "client_credentials without audience",
        "intake",
        {"grant_type": "client_credentials"},
        "invalid_request",
    ),
    (
        "unknown audience",
        "intake",
        {"grant_type": "client_credentials", "audience": "billing"},
        "invalid_target",
    ),
    (
        "malformed tenant",
        "intake",
        {"grant_type": "client_credentials", "audience": "intake", "tenant": "River Bend"},
        "invalid_request",
    ),
    ("no grant type", "intake", {"audience": "intake"}, "invalid_request"),
    ("unknown grant type", "intake", {"grant_type": "password"}, "unsupported_grant_type"),
    (
        "demo person for a service",
        "intake",
        {"grant_type": DEMO_PERSON, "staff_id": COUNSELOR},
        "unauthorized_client",
    ),
    ("unknown person", "cli", {"grant_type": DEMO_PERSON, "staff_id": "nobody"}, "invalid_grant"),
    (
        "lifetime over an hour",
        "cli",
        {"grant_type": DEMO_PERSON, "staff_id": COUNSELOR, "lifetime": "3601"},
        "invalid_request",
    ),
    (
        "code for a client without sign-in",
        "intake",
        {
            "grant_type": "authorization_code",
            "code": "x",
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        },
        "unauthorized_client",
    ),
]


@pytest.mark.parametrize(
    ("client", "form", "error"),
    [case[1:] for case in REFUSED_TOKENS],
    ids=[case[0] for case in REFUSED_TOKENS],
)
async def test_token_requests_are_refused(issuer: Issuer, client: str, form: dict[str, str], error: str) -> None:
    answer = await issuer.token(client, **form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


@pytest.mark.parametrize("credentials", [("intake", "wrong"), ("nobody", "secret"), ("intake", ""), ("", "")])
async def test_wrong_credentials_are_a_401(issuer: Issuer, credentials: tuple[str, str]) -> None:
    grant = {"grant_type": "client_credentials", "audience": "scheduling"}
    in_header = await issuer.http.post("/token", data=grant, auth=credentials)
    in_form = await issuer.http.post(
        "/token", data=grant | {"client_id": credentials[0], "client_secret": credentials[1]}
    )
    for answer in (in_header, in_form):
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic")


async def test_two_ways_of_authentication_at_once_are_refused(issuer: Issuer) -> None:
    answer = await issuer.token("intake", grant_type="client_credentials", client_secret=SECRETS["intake"])
    assert answer.json()["error"] == "invalid_request"


MALFORMED = [
    ("a parameter twice", "grant_type=a&grant_type=b", "application/x-www-form-urlencoded", 400),
    ("json", "{}", "application/json", 400),
    ("not a form", "grant_type", "application/x-www-form-urlencoded", 400),
    ("not text", b"\xff=1", "application/x-www-form-urlencoded", 400),
    ("too large", "a=" + "b" * 20_000, "application/x-www-form-urlencoded", 413),
]


@pytest.mark.parametrize(
    ("body", "media_type", "status"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED]
)
async def test_malformed_bodies_are_refused(issuer: Issuer, body: str | bytes, media_type: str, status: int) -> None:
    answer = await issuer.http.post("/token", content=body, headers={"content-type": media_type})
    assert answer.status_code == status
    assert answer.json()["error"] == "invalid_request"


async def test_a_person_signs_in_with_a_code(issuer: Issuer) -> None:
    picked = await issuer.http.post("/authorize", data=ASKED | {"staff_id": COUNSELOR})
    assert picked.status_code == 303
    assert picked.headers["location"].startswith(f"{REDIRECT}?")
    back = answer_of(picked)
    assert (back["state"], back["iss"]) == ("state 1", issuer.url)

    answer = await issuer.redeem(back["code"])
    assert answer.status_code == 200
    access = await issuer.claims(answer.json()["access_token"])
    identity = await issuer.claims(answer.json()["id_token"], "JWT")
    assert (access["sub"], access["client_id"], access["kind"]) == (COUNSELOR, "operations", "person")
    assert (identity["sub"], identity["aud"], identity["nonce"]) == (COUNSELOR, "operations", "nonce 1")
    assert identity["iss"] == issuer.url
    assert identity["name"] == "Jordan Ellis"


async def test_a_code_works_once(issuer: Issuer) -> None:
    code = await issuer.code()
    assert (await issuer.redeem(code)).status_code == 200
    assert (await issuer.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_wrong_verifier_spends_the_code(issuer: Issuer) -> None:
    code = await issuer.code()
    assert (await issuer.redeem(code, code_verifier="b" * 43)).json()["error"] == "invalid_grant"
    assert (await issuer.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_code_is_bound_to_its_redirect(issuer: Issuer) -> None:
    code = await issuer.code()
    answer = await issuer.redeem(code, redirect_uri="http://127.0.0.1:8401/elsewhere")
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["short", "ü" * 43, "a" * 129])
async def test_a_malformed_verifier_is_refused(issuer: Issuer, verifier: str) -> None:
    answer = await issuer.redeem(await issuer.code(), code_verifier=verifier)
    assert answer.json()["error"] == "invalid_request"


def test_a_code_expires_after_a_minute() -> None:
    now = 0.0
    member = staff_member(COUNSELOR)
    assert member is not None
    grant = Grant("operations", REDIRECT, "openid", CHALLENGE, None, member, machine_now())
    codes = AuthorizationCodes(monotonic=lambda: now)
    early, late = codes.give(grant), codes.give(grant)
    now = CODE_LIFETIME_SECONDS - 0.1
    assert codes.take(early) is grant
    now = CODE_LIFETIME_SECONDS
    assert codes.take(late) is None


async def test_the_page_lists_the_staff_and_loads_nothing_foreign(issuer: Issuer) -> None:
    page = await issuer.http.get("/authorize", params=ASKED | {"state": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    for member in STAFF:
        assert member.name in page.text
    assert "<script" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8400" in policy
    (style,) = re.findall(r'href="([^"]+)"', page.text)
    assert (await issuer.http.get(style)).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "redirect",
    [
        "https://example.org/",
        "http://example.org/",
        "http://127.0.0.1@example.org/",
        "http://127.0.0.1:8400\\@example.org/",
        "http://127.0.0.1.example.org/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:8400/#fragment",
        "http://127.0.0.1:8400/\nX: y",
        "javascript:alert(1)",
        "//127.0.0.1/",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_return_address_elsewhere_is_shown_as_an_error_and_never_followed(
    issuer: Issuer, redirect: str, method: str
) -> None:
    asked = ASKED | {"redirect_uri": redirect}
    answer = await (
        issuer.http.get("/authorize", params=asked)
        if method == "GET"
        else issuer.http.post("/authorize", data=asked | {"staff_id": COUNSELOR})
    )
    assert answer.status_code == 400
    assert "invalid_request" in answer.text
    assert "location" not in answer.headers


async def test_an_unknown_client_is_shown_as_an_error(issuer: Issuer) -> None:
    answer = await issuer.http.get("/authorize", params=ASKED | {"client_id": "intake"})
    assert answer.status_code == 400
    assert "unauthorized_client" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_other_errors_go_back_to_the_client(issuer: Issuer, changes: dict[str, str], error: str) -> None:
    shown = await issuer.http.get("/authorize", params=ASKED | changes)
    picked = await issuer.http.post("/authorize", data=ASKED | {"staff_id": COUNSELOR} | changes)
    for answer in (shown, picked):
        assert answer.status_code == 303
        assert (answer_of(answer)["error"], answer_of(answer)["state"]) == (error, "state 1")


@pytest.mark.parametrize(("staff_id", "error"), [("", "invalid_request"), (str(RIVERBEND_FACILITY), "access_denied")])
async def test_nobody_else_can_be_picked(issuer: Issuer, staff_id: str, error: str) -> None:
    answer = await issuer.http.post("/authorize", data=ASKED | {"staff_id": staff_id})
    assert answer_of(answer)["error"] == error


async def test_the_redirect_keeps_its_own_query(issuer: Issuer) -> None:
    answer = await issuer.http.post(
        "/authorize", data=ASKED | {"staff_id": COUNSELOR, "redirect_uri": f"{REDIRECT}?next=%2Fnow"}
    )
    assert answer_of(answer)["next"] == "/now"


async def test_another_host_name_is_refused(issuer: Issuer) -> None:
    answer = await issuer.http.get("/jwks", headers={"host": "rebound.example.org"})
    assert answer.status_code == 400


def test_the_signing_key_stays_with_its_owner_and_stays_the_same(tmp_path: Any) -> None:
    path = tmp_path / "signing-key.json"
    first = load_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_make(path).key_set() == first.key_set()
    path.unlink()
    assert load_or_make(path).key_set() != first.key_set()
