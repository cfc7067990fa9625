"""Runs due duties: one leader per database, a few at a time, retried with back-off and parked when they cannot pass."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from stepwell_kernel.clock import Clock
from stepwell_kernel.errors import REJECTIONS, Kind, StepwellError
from stepwell_postgres.duties import FAIL, Duty, due_duties
from stepwell_postgres.leader import Leadership
from stepwell_postgres.pool import TRANSIENT_ERRORS, Pool

DutyHandler = Callable[[Duty], Awaitable[None]]

DUTY_LEADER_KEY = 7_301
MOST_AT_ONCE = 8
MOST_ATTEMPTS = 5
LONGEST_PAUSE_S = 60.0

logger = logging.getLogger(__name__)


class DutyRunner:
    """Polls for due duties every `poll_s` seconds of machine time while this process leads.

    A handler opens its own transactions and completes the duty in the last of them. `Unavailable` is retried for
    ever; a rejection or a bug is parked after 5 attempts, where an operator sees it. A round ends with its slowest
    duty: `kinds` that must never wait for the others have a runner, and a leader, of their own.
    """

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        handlers: Mapping[str, DutyHandler],
        *,
        kinds: Sequence[str] | None = None,
        poll_s: float = 0.1,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._handlers = handlers
        self._kinds = kinds
        self._poll_s = poll_s
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)

    async def run(self, leadership: Leadership) -> None:
        """Run until cancelled."""
        while True:
            try:
                async with leadership.hold() as lead:
                    while lead.is_held():
                        await self.run_due()
                        await asyncio.sleep(self._poll_s)
            except TRANSIENT_ERRORS:
                logger.warning("duties_paused")
                await asyncio.sleep(1.0)

    async def run_due(self) -> int:
        """Run what is due now, once each, and return how many there were."""
        async with self._pool.acquire() as connection:
            duties = await due_duties(connection, self._clock.now(), MOST_AT_ONCE * 4, self._kinds)
        await asyncio.gather(*(self._run_one(duty) for duty in duties))
        return len(duties)

    async def _run_one(self, duty: Duty) -> None:
        async with self._slots:
            try:
                await self._handlers[duty.kind](duty)
            except StepwellError as error:
                if error.code != "duty_no_longer_due":
                    await self._fail(duty, error.kind, error.code)
            except TRANSIENT_ERRORS:
                await self._fail(duty, Kind.UNAVAILABLE, "database_unavailable")
            except Exception as error:
                logger.exception("duty_failed", extra={"duty_kind": duty.kind, "duty_key": duty.key})
                await self._fail(duty, Kind.BUG, type(error).__name__)

    async def _fail(self, duty: Duty, kind: Kind, code: str) -> None:
        last = duty.attempts + 1 >= MOST_ATTEMPTS and (kind is Kind.BUG or kind in REJECTIONS)
        pause = timedelta(seconds=min(0.5 * 2**duty.attempts, LONGEST_PAUSE_S))
        ids = {"duty_kind": duty.kind, "duty_key": duty.key, "code": code}
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(FAIL, duty.kind, duty.key, code, pause, last)
        except TRANSIENT_ERRORS:
            logger.warning("duty_failure_not_noted", extra=ids)
            return
        logger.warning("duty_parked" if last else "duty_retried", extra=ids)
