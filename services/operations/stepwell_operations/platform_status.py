"""The platform at a glance: asks each process whether it is ready, what waits and what is parked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from stepwell_clients.tokens import TokenSource
from stepwell_contracts.http.operations import PartStatus
from stepwell_kernel.errors import StepwellError

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """What was told, and what it comes to."""

    parts: Sequence[PartStatus]
    parked_keys: int
    oldest_unsent_s: float
    worst_lag_s: float


@dataclass(frozen=True, slots=True)
class _Told:
    part: PartStatus
    parked: int = 0
    oldest_unsent_s: float = 0.0
    worst_lag_s: float = 0.0


class Peers:
    """The processes of the platform, by name and base URL."""

    def __init__(self, http: httpx2.AsyncClient, tokens: TokenSource, urls: Mapping[str, str]) -> None:
        self._http = http
        self._tokens = tokens
        self._urls = urls

    async def status(self, tenant: str) -> PlatformStatus:
        """Ask all of them at once; one that does not answer in 2 s is shown as not ready."""
        told = await asyncio.gather(*(self._ask(name, url, tenant) for name, url in self._urls.items()))
        return PlatformStatus(
            [one.part for one in told],
            sum(one.parked for one in told),
            max((one.oldest_unsent_s for one in told), default=0.0),
            max((one.worst_lag_s for one in told), default=0.0),
        )

    async def _ask(self, name: str, url: str, tenant: str) -> _Told:
        try:
            async with asyncio.timeout(PATIENCE_S):
                ready = await self._http.get(f"{url}/ready")
                failing = ready.json().get("failing", [])
                token = await self._tokens.token(name, tenant)
                headers = {"Authorization": f"Bearer {token}"}
                lag = (await self._http.get(f"{url}/platform/lag", headers=headers)).raise_for_status().json()
                parked = (await self._http.get(f"{url}/platform/parked", headers=headers)).raise_for_status()
        except (httpx2.HTTPError, OSError, TimeoutError, ValueError, StepwellError):
            return _Told(PartStatus(name=name, ready=False, detail="does not answer"))
        return _Told(
            PartStatus(name=name, ready=not failing, detail=", ".join(failing) or _waiting(lag)),
            len(parked.json()),
            float(lag["oldest_unsent_seconds"]),
            max((float(item["seconds"]) for item in lag["lags"]), default=0.0),
        )


def _waiting(lag: Mapping[str, Any]) -> str:
    behind = sum(item["events"] for item in lag["lags"])
    return f"{lag['unsent']} unsent, {behind} to apply"
