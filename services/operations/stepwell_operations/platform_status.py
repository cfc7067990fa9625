"""The state of the platform: asks each process whether it is ready, what waits and what is parked."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from stepwell_clients.tokens import TokenSource
from stepwell_contracts.http.operations_network import ConsumerLag, ParkedKey, PartHealth
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
    """What the parts told: themselves, how far their consumers are behind, and the keys that wait at them.

    What waits at the `silent` parts, by name, is not known.
    """

    parts: Sequence[PartHealth]
    lags: Sequence[ConsumerLag] = ()
    parked: Sequence[ParkedKey] = ()
    silent: Sequence[str] = ()

    @property
    def ready(self) -> bool:
        """Whether every part is ready."""
        return all(part.ready for part in self.parts)

    @property
    def told_by(self) -> str:
        """Which parts the sums below are from; empty when all told."""
        told = len(self.parts) - len(self.silent)
        return f"from {told} of {len(self.parts)} parts" if self.silent else ""

    @property
    def parked_keys(self) -> int:
        """How many keys wait."""
        return len(self.parked)

    @property
    def oldest_unsent_s(self) -> float:
        """The age of the oldest event that was not sent yet, in seconds of machine time."""
        return max((part.oldest_unsent_seconds for part in self.parts), default=0.0)

    @property
    def worst_lag_s(self) -> float:
        """By how many seconds of machine time the slowest consumer is behind."""
        return max((lag.seconds for lag in self.lags), default=0.0)


@dataclass(frozen=True, slots=True)
class _Flow:
    """What a part tells about its events."""

    started_at: datetime | None = None
    unsent: int = 0
    oldest_unsent_s: float = 0.0
    lags: Sequence[ConsumerLag] = ()
    parked: Sequence[ParkedKey] = ()

    def words(self) -> str:
        behind = sum(lag.events for lag in self.lags)
        waiting = ((self.unsent, "to send"), (behind, "to apply"), (len(self.parked), "parked"))
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
        return PlatformStatus(
            [part for part, _ in told],
            [lag for _, flow in told if flow for lag in flow.lags],
            [key for _, flow in told if flow for key in flow.parked],
            [part.name for part, flow in told if flow is None],
        )

    async def _ask(self, name: str, url: str, tenant: str) -> tuple[PartHealth, _Flow | None]:
        failing, flow = await asyncio.gather(self._failing(url), self._flow(name, url, tenant))
        if failing is None:
            return _part(name, "does not answer", _Flow()), None
        if failing:
            return _part(name, f"waits for {', '.join(failing)}", flow or _Flow()), flow
        if flow is None:
            return _part(name, "does not tell what waits", _Flow()), None
        return _part(name, flow.words(), flow, ready=True), flow

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
            return _flow(name, lag.raise_for_status().json(), parked.raise_for_status().json())
        except NO_ANSWER:
            return None


def _part(name: str, detail: str, flow: _Flow, *, ready: bool = False) -> PartHealth:
    return PartHealth(
        name=name,
        ready=ready,
        detail=detail,
        started_at=flow.started_at,
        unsent=flow.unsent,
        oldest_unsent_seconds=flow.oldest_unsent_s,
    )


def _flow(name: str, lag: Mapping[str, Any], parked: Sequence[Mapping[str, Any]]) -> _Flow:
    # A part of the version before this one does not tell its start.
    started_at = lag.get("started_at")
    return _Flow(
        datetime.fromisoformat(started_at) if started_at else None,
        int(lag["unsent"]),
        float(lag["oldest_unsent_seconds"]),
        _lags(name, lag["lags"]),
        [ParkedKey(**{**row, "part": name, "since": row["parked_at"]}) for row in parked],
    )


def _lags(name: str, partitions: Sequence[Mapping[str, Any]]) -> Sequence[ConsumerLag]:
    """The lag of each consumer on each topic: events over its partitions together, seconds of the slowest."""
    events: dict[tuple[str, str], int] = {}
    seconds: dict[tuple[str, str], float] = {}
    for item in partitions:
        key = str(item["consumer"]), str(item["topic"])
        events[key] = events.get(key, 0) + int(item["events"])
        seconds[key] = max(seconds.get(key, 0.0), float(item["seconds"]))
    return [
        ConsumerLag(part=name, consumer=consumer, topic=topic, events=count, seconds=seconds[consumer, topic])
        for (consumer, topic), count in sorted(events.items())
    ]


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
