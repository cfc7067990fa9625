"""Asks the journey of an episode what it sees to: by query, with a short deadline, and once for all who look."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import QueryRejectCondition
from temporalio.exceptions import TemporalError

from stepwell_contracts.journey import VIEW_QUERY, WORKFLOW_ID_PREFIX, JourneyView

DEADLINE_S = 1.0

#: An answer serves for so long whatever happens, and for longer while nothing is heard of the episode: the journey may
#: take the last event after us.
FRESH_S = 1.0
SETTLED_S = 5.0
KEPT = 500

#: Whatever keeps a journey from telling; each makes it one that does not answer, never an error of ours. What the codec
#: or the contract does not know is a ValueError, a server that cannot be reached a RuntimeError.
NO_ANSWER: tuple[type[Exception], ...] = (TemporalError, RuntimeError, OSError, TimeoutError, ValueError)

#: What the journey of an episode sees to, None when it does not tell; asked with the events about it applied so far.
AskJourney = Callable[[UUID, int], Awaitable[JourneyView | None]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a journey told, when (machine time, seconds), and how much of the episode was known here by then."""

    view: JourneyView | None
    told_at: float
    mark: int

    def serves(self, mark: int) -> bool:
        age = time.monotonic() - self.told_at
        return age < (SETTLED_S if mark == self.mark else FRESH_S)


class JourneyWatch:
    """The journeys, for whoever looks at one."""

    def __init__(self, client: Client, deadline_s: float = DEADLINE_S) -> None:
        self._client = client
        self._deadline_s = deadline_s
        self._answers: OrderedDict[UUID, _Answer] = OrderedDict()
        self._asking: dict[UUID, asyncio.Task[JourneyView | None]] = {}

    async def view(self, episode_id: UUID, mark: int) -> JourneyView | None:
        """What the journey of an episode sees to, None when it does not answer in time or has ended.

        `mark` grows with each event of the episode that was applied here. Whoever asks has made sure that the caller
        may see the episode.
        """
        known = self._answers.get(episode_id)
        if known is not None and known.serves(mark):
            return known.view
        if episode_id not in self._asking:
            asking = asyncio.create_task(self._ask(episode_id, mark), name="journey view")
            self._asking[episode_id] = asking
        return await asyncio.shield(self._asking[episode_id])

    async def _ask(self, episode_id: UUID, mark: int) -> JourneyView | None:
        try:
            view = await self._query(episode_id)
        finally:
            del self._asking[episode_id]
        self._answers[episode_id] = _Answer(view, time.monotonic(), mark)
        self._answers.move_to_end(episode_id)
        if len(self._answers) > KEPT:
            self._answers.popitem(last=False)
        return view

    async def _query(self, episode_id: UUID) -> JourneyView | None:
        handle = self._client.get_workflow_handle(f"{WORKFLOW_ID_PREFIX}{episode_id}")
        try:
            async with asyncio.timeout(self._deadline_s):
                view: JourneyView = await handle.query(
                    VIEW_QUERY,
                    result_type=JourneyView,
                    reject_condition=QueryRejectCondition.NOT_OPEN,
                    rpc_timeout=timedelta(seconds=self._deadline_s),
                )
        except NO_ANSWER as error:
            logger.info("journey_not_seen", extra={"episode_id": str(episode_id), "detail_type": type(error).__name__})
            return None
        return view
