"""Health: `/live` asks whether the loop turns, `/ready` whether what the process needs is there."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[bool]]

CHECK_TIMEOUT_S = 2.0


class Health:
    """Named checks of a process. It is ready when it is wired and every check passes."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._wired = False

    def add(self, name: str, check: Check) -> None:
        """Add a check; one that raises or takes longer than 2 s has failed."""
        self._checks[name] = check

    def wired(self) -> None:
        """Everything has been started."""
        self._wired = True

    async def failing(self) -> list[str]:
        """The names of the checks that fail now."""
        if not self._wired:
            return ["starting"]
        names = list(self._checks)
        passed = await asyncio.gather(*(_passes(self._checks[name]) for name in names))
        return [name for name, good in zip(names, passed, strict=True) if not good]


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check()
    except Exception:  # noqa: BLE001  whatever a check raises means that it does not pass
        return False


def health_router(health: Health, registry: CollectorRegistry) -> APIRouter:
    """The three routes that every process serves, without a token and without a secret in the answers."""
    router = APIRouter(include_in_schema=False)

    @router.get("/live")
    async def live() -> JSONResponse:
        return JSONResponse({"live": True})

    @router.get("/ready")
    async def ready() -> JSONResponse:
        failing = await health.failing()
        return JSONResponse({"ready": not failing, "failing": failing}, 503 if failing else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
