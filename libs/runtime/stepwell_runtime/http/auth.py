"""Who calls, by a bearer token; and under which key a command is sent."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import httpx2
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from stepwell_contracts.http.common import FieldProblemBody
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.commands import CommandKey, fingerprint
from stepwell_kernel.errors import Unavailable
from stepwell_runtime.http.certificates import certificates
from stepwell_runtime.http.problems import BadRequest, Unauthenticated

ALGORITHMS = ("RS256", "ES256")
REFETCH_S = 10.0
LEEWAY_S = 5

_TENANT = re.compile(r"[a-z][a-z0-9-]{1,30}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

FetchKeys = Callable[[], Awaitable[dict[str, Any]]]


def keys_of_issuer(issuer: str) -> FetchKeys:
    """Reads the key set of an issuer by its discovery document."""

    async def fetch() -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=5.0, verify=certificates()) as client:
            discovery = await client.get(f"{issuer}/.well-known/openid-configuration")
            keys = await client.get(discovery.raise_for_status().json()["jwks_uri"])
            found: dict[str, Any] = keys.raise_for_status().json()
            return found

    return fetch


class Authenticator:
    """Verifies access tokens of one issuer for one audience, and reads the caller from them."""

    def __init__(self, issuer: str, audience: str, fetch: FetchKeys | None = None) -> None:
        self._issuer = issuer
        self._fetch = fetch or keys_of_issuer(issuer)
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            tenant={"essential": True},
            kind={"essential": True, "values": [CallerKind.PERSON.value, CallerKind.SERVICE.value]},
        )

    async def caller(self, token: str) -> Caller:
        """The caller; Unauthenticated (`token_expired`, `token_invalid`), or Unavailable when the issuer is away."""
        try:
            claims = (await self._decode(token)).claims
            self._claims.validate(claims)
            return _caller(claims)
        except ExpiredTokenError as error:
            raise Unauthenticated("token_expired", "the token has expired") from error
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unauthenticated("token_invalid", "the token does not hold for this service") from error

    async def _decode(self, token: str) -> jwt.Token:
        keys = self._keys or await self._refetch()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if time.monotonic() - self._fetched_at < REFETCH_S:
                raise
            return jwt.decode(token, await self._refetch(), algorithms=ALGORITHMS)

    async def _refetch(self) -> KeySet:
        async with self._fetching:
            if self._keys is None or time.monotonic() - self._fetched_at >= REFETCH_S:
                try:
                    self._keys = KeySet.import_key_set(await self._fetch())  # type: ignore[arg-type]
                except (httpx2.HTTPError, OSError, ValueError, KeyError, JoseError) as error:
                    if self._keys is None:
                        raise Unavailable("issuer_unavailable", "the token issuer gives no keys") from error
                self._fetched_at = time.monotonic()
            return self._keys


def _caller(claims: dict[str, Any]) -> Caller:
    """Raises TypeError or ValueError for claims of another shape than the issuer gives."""
    facilities, staff_id = claims.get("facilities"), claims.get("staff_id")
    if not _TENANT.fullmatch(claims["tenant"]):
        raise ValueError("tenant")
    return Caller(
        kind=CallerKind(claims["kind"]),
        tenant=claims["tenant"],
        subject=claims["sub"],
        roles=frozenset(_texts(claims.get("roles", []))),
        facilities=None if facilities is None else frozenset(UUID(item) for item in _texts(facilities)),
        staff_id=None if staff_id is None else UUID(staff_id),
    )


def _texts(claim: object) -> list[str]:
    if not isinstance(claim, list) or not all(isinstance(item, str) for item in claim):
        raise TypeError("a list of texts was expected")
    return claim


async def current_caller(request: Request) -> Caller:
    """The caller of a request, from its bearer token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("token_missing", "the request needs a bearer token")
    authenticator: Authenticator = request.app.state.authenticator
    return await authenticator.caller(token.strip())


CurrentCaller = Annotated[Caller, Depends(current_caller)]


async def current_key(request: Request, caller: CurrentCaller) -> CommandKey:
    """The key of a command: the `Idempotency-Key` header, within caller and operation."""
    key = request.headers.get("idempotency-key")
    if key is None:
        raise BadRequest(
            "idempotency_key_missing",
            "a command needs an Idempotency-Key",
            FieldProblemBody(path="Idempotency-Key", problem="is missing"),
        )
    if not _KEY.fullmatch(key):
        raise BadRequest(
            "idempotency_key_malformed",
            "an Idempotency-Key has 1 to 200 visible ASCII characters",
            FieldProblemBody(path="Idempotency-Key", problem="is malformed"),
        )
    target = request.url.path.encode() + (b"?" + request.scope["query_string"]).rstrip(b"?")
    asked = fingerprint(request.method.encode(), target, await request.body())
    return CommandKey(f"http/{caller.subject}/{request.scope['route'].name}", key, asked)


CurrentKey = Annotated[CommandKey, Depends(current_key)]
