"""An application of these tests, with spans kept and tokens signed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

import httpx2
import pytest_asyncio
from fastapi import APIRouter, Query
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from stepwell_contracts.base import Body
from stepwell_kernel.errors import Bug, Conflict, FieldProblem, Forbidden, Invalid, NotFound, Unavailable
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_runtime.http.auth import Authenticator, CurrentCaller, CurrentKey
from stepwell_testing.tokens import TestIssuer

AUDIENCE = "clinic"

ERRORS = {
    "invalid": Invalid("cows_too_low", "too low", fields=(FieldProblem("cows.score", "is below 8", "bup-start-1"),)),
    "not_found": NotFound("order_not_found", "there is no such order"),
    "conflict": Conflict("session_full", "no seat is left", rule="group-size-1"),
    "forbidden": Forbidden("not_granted", "not granted"),
    "unavailable": Unavailable("database_unavailable", "away"),
    "bug": Bug("stream_not_locked", "Jane Roe was emitted"),
}


class Ratings(Body):
    """A nested body."""

    withdrawal: int


class Assess(Body):
    """A body."""

    note: str
    ratings: Ratings


class Seen(BaseModel):
    """What the application made of a request."""

    subject: str
    kind: str
    tenant: str
    roles: list[str]
    facilities: list[str] | None
    scope: str | None = None
    asked: str | None = None


@dataclass
class App:
    """A running application, and what it could have told."""

    http: httpx2.AsyncClient
    health: Health
    registry: CollectorRegistry
    issuer: TestIssuer
    handled: list[str] = field(default_factory=list)

    async def send(self, method: str, path: str, **request: object) -> httpx2.Response:
        """One request with a good token."""
        token = self.issuer.service(AUDIENCE, "intake", tenant="riverbend")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"}
        given = request.pop("headers", {})
        assert isinstance(given, dict)
        return await self.http.request(method, path, headers=headers | given, **request)  # type: ignore[arg-type]


def clinic_router(handled: list[str]) -> APIRouter:
    """Routes of these tests."""
    router = APIRouter()

    @router.get("/v1/errors/{kind}")
    async def get_error(kind: str) -> None:
        raise ERRORS[kind]

    @router.get("/v1/crash/{patient}")
    async def get_crash(patient: str) -> None:
        raise RuntimeError(f"patient {patient} crashed")

    @router.get("/v1/caller")
    async def get_caller(caller: CurrentCaller, most: Annotated[int, Query(le=9)] = 1) -> Seen:
        facilities = None if caller.facilities is None else sorted(str(one) for one in caller.facilities)
        return Seen(
            subject=caller.subject,
            kind=caller.kind,
            tenant=caller.tenant,
            roles=sorted(caller.roles),
            facilities=facilities,
        )

    @router.post("/v1/episodes/{episode}/assessments")
    async def post_assessment(episode: str, body: Assess, caller: CurrentCaller, key: CurrentKey) -> Seen:
        handled.append(body.note)
        seen = await get_caller(caller)
        return seen.model_copy(update={"scope": key.scope, "asked": key.asked.hex()})

    return router


@pytest_asyncio.fixture(loop_scope="session")
async def app(issuer: TestIssuer) -> AsyncIterator[App]:
    """The application, in process."""
    health, registry, handled = Health(), CollectorRegistry(), list[str]()
    authenticator = Authenticator("http://issuer.invalid", AUDIENCE, issuer.keys)
    application = create_app("Clinic", health, registry, authenticator)
    application.include_router(clinic_router(handled))
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
        yield App(http, health, registry, issuer, handled)
