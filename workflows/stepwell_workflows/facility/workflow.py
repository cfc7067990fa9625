"""The durable shell of a facility's calendar: one lane plans weeks, the other draws for drug tests."""

import asyncio
from datetime import date, datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts import activities as contract
    from stepwell_contracts.activities import (
        ActionResult,
        CalendarPolicy,
        FacilityKey,
        ReadCalendar,
    )
    from stepwell_contracts.journey import CALENDAR_WORKFLOW_NAME, CLOCK_SIGNAL, ClockSegment, StartCalendar
    from stepwell_workflows.facility import rhythm
    from stepwell_workflows.facility.commands import COMMANDS, TIMEOUT
    from stepwell_workflows.facility.state import CalendarState, Stuck
    from stepwell_workflows.shell import ACTIVITY_TIMEOUT, FOR_EVER, domain_now, newer, stop, wait_until

#: Weeks after which the calendar goes on in a new run; each is a few dozen events of history.
WEEKS_PER_RUN = 13

BUG = "bug"


@workflow.defn(name=CALENDAR_WORKFLOW_NAME)
class FacilityCalendar:
    """One per facility, from its first publication on, without end.

    Work that a service refuses, or cannot do for a bug, is kept as stuck and the calendar goes on; a service that is
    away is asked for ever.
    """

    @workflow.init
    def __init__(self, start: StartCalendar, carried: CalendarState | None = None) -> None:
        self.state = carried or CalendarState(
            tenant=start.tenant, facility_id=start.facility_id, segments=start.segments
        )
        self.weeks = 0

    @workflow.run
    async def run(self, start: StartCalendar, carried: CalendarState | None = None) -> None:
        """Plan and draw until the history is long enough for a new run."""
        del carried
        lanes = [asyncio.create_task(self._weeks()), asyncio.create_task(self._draws())]
        await workflow.wait_condition(lambda: self._may_roll() or any(lane.done() for lane in lanes))
        for lane in lanes:
            if lane.done():
                lane.result()
        await stop(lanes)
        workflow.continue_as_new(
            args=[start, self.state],
            initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    @workflow.signal(name=CLOCK_SIGNAL)
    def clock_changed(self, segments: list[ClockSegment]) -> None:
        """The scaled clock has new segments: what is waited for is timed anew."""
        self._change(segments=newer(self.state.segments, segments))

    @workflow.query(name="state")
    def current(self) -> CalendarState:
        """The state, for looking at one calendar."""
        return self.state

    @workflow.update
    async def retry_stuck(self) -> int:
        """Have everything that is stuck done again; returns how much is stuck after it."""
        stuck = self.state.stuck
        self._change(stuck=())
        for one in stuck:
            await self._do(one.name, one.day)
        return len(self.state.stuck)

    @retry_stuck.validator
    def something_is_stuck(self) -> None:
        """Refuse without a trace in the history when there is nothing to retry."""
        if not self.state.stuck:
            raise ApplicationError("nothing is stuck", type="conflict")

    async def _weeks(self) -> None:
        """Before each week have the series extended, then the week planned."""
        while True:
            policy = await self._policy()
            week = self.state.next_week or rhythm.first_week(policy, self._now())
            self._change(next_week=week)
            await self._until(rhythm.plan_at(policy, week))
            await self._do(contract.EXTEND_SERIES, rhythm.series_until(policy, week))
            await self._do(contract.PLAN_WEEK, week)
            self._change(next_week=week + rhythm.WEEK)
            self.weeks += 1

    async def _draws(self) -> None:
        """Draw for each day; one that has ended meanwhile is passed over."""
        while True:
            await workflow.wait_condition(lambda: self.state.policy is not None)
            policy = self._known_policy()
            day = self.state.next_draw or rhythm.next_draw(policy, self._now())
            self._change(next_draw=day)
            await self._until(rhythm.draw_at(policy, day))
            if rhythm.is_over(policy, day, self._now()):
                self._change(next_draw=None)
                continue
            await self._do(contract.SELECT_DRUG_TESTS, day)
            self._change(next_draw=day + rhythm.DAY)

    async def _do(self, name: str, day: date) -> None:
        """Have a service do work for a day of the facility, once."""
        command = COMMANDS[name]
        key = FacilityKey(
            tenant=self.state.tenant, facility_id=self.state.facility_id, cause=f"{name}/{day.isoformat()}"
        )
        try:
            result = await workflow.execute_activity(
                name,
                command.message(key, day),
                task_queue=command.queue,
                result_type=ActionResult,
                start_to_close_timeout=TIMEOUT,
                retry_policy=FOR_EVER,
                summary=key.cause,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            self._stick(name, day, BUG)
        else:
            if not result.accepted:
                self._stick(name, day, result.code or BUG)

    async def _policy(self) -> CalendarPolicy:
        """Read the calendar rules in force, before each week."""
        question = ReadCalendar(tenant=self.state.tenant, facility_id=self.state.facility_id, as_of=self._now())
        policy: CalendarPolicy = await workflow.execute_activity(
            contract.READ_CALENDAR,
            question,
            task_queue=contract.SCHEDULING_QUEUE,
            result_type=CalendarPolicy,
            start_to_close_timeout=ACTIVITY_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        self._change(policy=policy)
        return policy

    def _known_policy(self) -> CalendarPolicy:
        if self.state.policy is None:
            raise ApplicationError("a calendar works under a policy", type=BUG)
        return self.state.policy

    async def _until(self, instant: datetime) -> None:
        """Wait for an instant of domain time; a changed clock sets the timer anew."""
        while self._now() < instant:
            segments = self.state.segments
            try:
                await workflow.wait_condition(
                    lambda known=segments: self.state.segments != known,  # type: ignore[misc]
                    timeout=wait_until(segments, instant),
                )
            except TimeoutError:
                continue

    def _now(self) -> datetime:
        return domain_now(self.state.segments)

    def _stick(self, name: str, day: date, code: str) -> None:
        self._change(stuck=(*self.state.stuck, Stuck(name=name, day=day, code=code)))

    def _change(self, **fields: Any) -> None:
        self.state = self.state.model_copy(update=fields)

    def _may_roll(self) -> bool:
        info = workflow.info()
        return workflow.all_handlers_finished() and (
            self.weeks >= WEEKS_PER_RUN
            or info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
        )
