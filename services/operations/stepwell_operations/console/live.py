"""Keeps open pages current: when something changed, their live part is drawn again and sent if it looks otherwise.

Every part that is sent is whole, so a page that was cut off goes on with the next one and has missed nothing.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Protocol

from fastapi import Request
from fastapi.sse import ServerSentEvent

from stepwell_kernel.caller import Caller
from stepwell_kernel.errors import StepwellError, Unavailable
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.gate import Gate
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.views import View

#: Domain time and the platform move without an event.
TICK_S = 2.0
#: A burst of events is one picture.
PAUSE_S = 0.4
RECONNECT_MS = 1_000


class Draw(Protocol):
    """Reads a page for a caller; from the second time on it is drawn `again`."""

    async def __call__(self, caller: Caller, *, again: bool) -> View:
        """The page as the caller may see it."""
        ...


class Live:
    """The streams of all open pages of this process."""

    def __init__(self, gate: Gate, templates: Templates, changes: Changes) -> None:
        self._gate = gate
        self._templates = templates
        self._changes = changes

    async def follow(self, request: Request, draw: Draw) -> AsyncIterator[ServerSentEvent]:
        """Events `live` and `pulse` with the parts of that name; `ended` when the page must be asked for again.

        The id of an event tells what was seen last, so that a page that comes back gets only what differs.
        """
        seen = {"live": request.headers.get("last-event-id", "")}
        number, again = -1, False
        yield ServerSentEvent(retry=RECONNECT_MS)
        while not self._changes.ended:
            number = await self._changes.after(number, TICK_S)
            try:
                view = await self._draw(request, draw, again=again)
            except Unavailable:
                continue
            if view is None:
                yield ServerSentEvent(event="ended", raw_data="")
                return
            again = True
            for name, template in (("live", f"{view.template}_live.html"), ("pulse", "pulse.html")):
                html = self._templates.render(template, view.values)
                mark = hashlib.sha256(html.encode()).hexdigest()[:16]
                if mark != seen.get(name):
                    seen[name] = mark
                    yield ServerSentEvent(event=name, raw_data=html, id=seen["live"])
            await asyncio.sleep(PAUSE_S)

    async def _draw(self, request: Request, draw: Draw, *, again: bool) -> View | None:
        """The page as it is now, None when the person may see it no longer."""
        session = await self._gate.watcher(request)
        if session is None:
            return None
        try:
            return await draw(session.caller, again=again)
        except Unavailable:
            raise
        except StepwellError:
            return None
