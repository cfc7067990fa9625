"""The platform at a glance: asks each process whether it is ready, what waits and what is parked."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from stepwell_clients.tokens import TokenSource
from stepwell_contracts.http.operations import PartStatus
from stepwell_kernel.errors import StepwellError

PATIENCE_S = 2.0
FRESH_S = 2.0
STALE_S = 10.0

#: Whatever keeps a part from telling; each makes it a part that does not answer, never an error of ours.
NO_ANSWER: tuple[type[Exception], ...] = (
    httpx2.HTTPError,
    OSError,
    TimeoutError,
    ValueError,
    KeyError,
    TypeError,
    StepwellError,
)


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """What the parts told, and what it comes to: keys that wait, and ages in seconds of machine time."""

    parts: Sequence[PartStatus]
    parked_keys: int
    oldest_unsent_s: float
    worst_lag_s: float

    @property
    def ready(self) -> bool:
        """Whether every part is ready."""
        return all(part.ready for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Flow:
    """What a part tells about its events."""

    unsent: int = 0
    oldest_unsent_s: float = 0.0
    behind: int = 0
    worst_lag_s: float = 0.0
    parked: int = 0

    def words(self) -> str:
        waiting = ((self.unsent, "to send"), (self.behind, "to apply"), (self.parked, "parked"))
        return ", ".join(f"{count} {what}" for count, what in waiting if count) or "nothing waits"


class Peers:
    """The processes of the platform, by name and base URL."""

    def __init__(self, http: httpx2.AsyncClient, tokens: TokenSource, urls: Mapping[str, str]) -> None:
        self._http = http
        self._tokens = tokens
        self._urls = urls

    async def status(self, tenant: str) -> PlatformStatus:
        """Ask all of them at once, with tokens of the tenant; one that tells nothing in 2 s is not ready."""
        told = await asyncio.gather(*(self._ask(name, url, tenant) for name, url in self._urls.items()))
        flows = [flow for _, flow in told]
        return PlatformStatus(
            [part for part, _ in told],
            sum(flow.parked for flow in flows),
            max((flow.oldest_unsent_s for flow in flows), default=0.0),
            max((flow.worst_lag_s for flow in flows), default=0.0),
        )

    async def _ask(self, name: str, url: str, tenant: str) -> tuple[PartStatus, _Flow]:
        failing, flow = await asyncio.gather(self._failing(url), self._flow(name, url, tenant))
        if failing is None:
            return PartStatus(name=name, ready=False, detail="does not answer"), _Flow()
        if failing:
            return PartStatus(name=name, ready=False, detail=f"waits for {', '.join(failing)}"), flow or _Flow()
        if flow is None:
            return PartStatus(name=name, ready=False, detail="does not tell what waits"), _Flow()
        return PartStatus(name=name, ready=True, detail=flow.words()), flow

    async def _failing(self, url: str) -> list[str] | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await self._http.get(f"{url}/ready")
            return [str(name) for name in answer.json()["failing"]]
        except NO_ANSWER:
            return None

    async def _flow(self, name: str, url: str, tenant: str) -> _Flow | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                headers = {"Authorization": f"Bearer {await self._tokens.token(name, tenant)}"}
                lag, parked = await asyncio.gather(
                    self._http.get(f"{url}/platform/lag", headers=headers),
                    self._http.get(f"{url}/platform/parked", headers=headers),
                )
            return _flow(lag.raise_for_status().json(), len(parked.raise_for_status().json()))
        except NO_ANSWER:
            return None


def _flow(lag: Mapping[str, Any], parked: int) -> _Flow:
    return _Flow(
        int(lag["unsent"]),
        float(lag["oldest_unsent_seconds"]),
        sum(int(item["events"]) for item in lag["lags"]),
        max((float(item["seconds"]) for item in lag["lags"]), default=0.0),
        parked,
    )


class PlatformWatch:
    """The state of the platform for everybody who looks: asked for once, however many do."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._last: PlatformStatus | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[PlatformStatus] | None = None

    async def status(self, tenant: str) -> PlatformStatus:
        """What was told less than 10 s ago; from 2 s on the parts are asked again beside.

        The platform is the same for all tenants; whoever looks lends his for the tokens.
        """
        age = time.monotonic() - self._asked_at
        if age >= FRESH_S and self._asking is None:
            self._asking = asyncio.create_task(self._ask(tenant), name="platform status")
        if self._asking is not None and (self._last is None or age >= STALE_S):
            return await asyncio.shield(self._asking)
        return self._last or await self._peers.status(tenant)

    async def _ask(self, tenant: str) -> PlatformStatus:
        try:
            self._last = await self._peers.status(tenant)
            self._asked_at = time.monotonic()
            return self._last
        finally:
            self._asking = None
