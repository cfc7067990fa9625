"""How a typed client calls: a deadline, retries of what is safe to repeat, errors by their kind."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import httpx2
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import BaseModel, ValidationError

from stepwell_clients.tokens import TokenSource
from stepwell_contracts.http.common import Problem
from stepwell_kernel.errors import (
    Bug,
    Conflict,
    FieldProblem,
    Forbidden,
    Invalid,
    NotFound,
    StepwellError,
    Unavailable,
)

Answer = TypeVar("Answer", bound=BaseModel)

DEADLINE_S = 10.0
ATTEMPT_S = 5.0
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0

OF_STATUS: Mapping[int, type[StepwellError]] = {
    400: Invalid,
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    422: Invalid,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


@dataclass(frozen=True, slots=True)
class Transport:
    """Calls one service for one caller.

    Reads and commands are repeated while the service is away, until `deadline_s`: a command carries its key, so its
    effect happens once. Refusals are raised at once, as the error that the service raised.
    """

    http: httpx2.AsyncClient
    base_url: str
    audience: str
    tokens: TokenSource
    deadline_s: float = DEADLINE_S

    async def get(
        self,
        path: str,
        answer: type[Answer],
        *,
        tenant: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read something."""
        return await self._call("GET", path, answer, tenant=tenant, query=query)

    async def send(
        self,
        method: str,
        path: str,
        body: BaseModel,
        answer: type[Answer],
        *,
        key: str | None,
        tenant: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a command under its key; without one, a question that needs a body."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return await self._call(method, path, answer, tenant=tenant, body=body, query=query, headers=headers)

    async def _call(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        tenant: str | None,
        body: BaseModel | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        pause = FIRST_PAUSE_S
        content = None if body is None else body.model_dump_json().encode()
        try:
            async with asyncio.timeout(self.deadline_s):
                while True:
                    try:
                        response = await self._attempt(method, path, tenant, content, query, headers or {})
                        return _read(response, answer)
                    except Unavailable:
                        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
                        pause = min(pause * 2, LONGEST_PAUSE_S)
        except TimeoutError as error:
            raise Unavailable(f"{self.audience}_unavailable", f"{self.audience} does not answer") from error

    async def _attempt(
        self,
        method: str,
        path: str,
        tenant: str | None,
        content: bytes | None,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> httpx2.Response:
        token = await self.tokens.token(self.audience, tenant)
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        try:
            return await self.http.request(
                method,
                f"{self.base_url}{path}",
                content=content,
                params=query,
                headers={
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                    **carrier,
                    **headers,
                },
                timeout=ATTEMPT_S,
            )
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable(f"{self.audience}_unavailable", f"{self.audience} cannot be reached") from error


def _read(response: httpx2.Response, answer: type[Answer]) -> Answer:
    if not response.is_success:
        raise _error(response)
    try:
        return answer.model_validate_json(response.content)
    except ValidationError:
        # Its text quotes the answer, which can name a person.
        raise Bug("answer_malformed", f"the answer is no {answer.__name__}") from None


def _error(response: httpx2.Response) -> StepwellError:
    kind = OF_STATUS.get(response.status_code, Bug)
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return kind(f"status_{response.status_code}", "the service answered without a problem document")
    fields = tuple(FieldProblem(field.path, field.problem, field.rule) for field in problem.fields)
    return kind(problem.code, problem.detail, fields=fields)


def path_of(template: str, *identifiers: UUID | str) -> str:
    """The path with its ids put in."""
    return template.format(*identifiers)
