"""What a provider brings to the platform: signed, and again until it is taken."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2

SIGNATURE = "X-Provider-Signature"

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_TIMEOUT_S = 10.0

_log = logging.getLogger(__name__)


class Callbacks:
    """Brings documents to the service at `base_url`; while it is away they wait, a refusal is the end."""

    def __init__(self, http: httpx2.AsyncClient, base_url: str) -> None:
        self._http = http
        self._base_url = base_url
        self._under_way: set[asyncio.Task[int]] = set()

    def post(self, path: str, secret: str, document: Mapping[str, Any]) -> None:
        """Have the document brought."""
        task = asyncio.create_task(self.bring(path, secret, document))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def bring(self, path: str, secret: str, document: Mapping[str, Any]) -> int:
        """Bring the document; the status of the answer."""
        body = json.dumps(document).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE: signature}
        pause = _FIRST_PAUSE_S
        while True:
            status = await self._try(path, body, headers)
            if status is not None:
                return status
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _try(self, path: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        """The status; None while the service is away."""
        try:
            answer = await self._http.post(f"{self._base_url}{path}", content=body, headers=headers, timeout=_TIMEOUT_S)
        except (httpx2.HTTPError, OSError):
            return None
        if answer.is_client_error:
            _log.warning("callback_refused", extra={"status": answer.status_code})
        return None if answer.is_server_error else answer.status_code

    async def done(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def stop(self) -> None:
        """Give up what still waits."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


@asynccontextmanager
async def open_callbacks(base_url: str) -> AsyncIterator[Callbacks]:
    """Callbacks to a service, for as long as the block."""
    async with httpx2.AsyncClient() as http:
        callbacks = Callbacks(http, base_url)
        try:
            yield callbacks
        finally:
            await callbacks.stop()
