"""The durable shell of the journey: inbox, one timer, one lane per service, runs that follow one another."""

import asyncio
from collections import deque
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts import activities as contract
    from stepwell_contracts.activities import ActionResult, ReadPolicy
    from stepwell_contracts.journey import (
        CLOCK_SIGNAL,
        EVENT_SIGNAL,
        VIEW_QUERY,
        WORKFLOW_NAME,
        ClockSegment,
        JourneyView,
        StartJourney,
    )
    from stepwell_contracts.journey_policy import JourneyPolicy
    from stepwell_kernel.codes import Phase
    from stepwell_workflows.journey.decide import decide
    from stepwell_workflows.journey.happenings import Happening, Outcome, PolicyRead, Woken
    from stepwell_workflows.journey.parking import park
    from stepwell_workflows.journey.policy import LONGEST_RUN, MOST_SIGNALS_PER_RUN
    from stepwell_workflows.journey.reading import read_fact
    from stepwell_workflows.journey.state import Action, JourneyState, first_state
    from stepwell_workflows.journey.viewing import view_of
    from stepwell_workflows.shell import ACTIVITY_TIMEOUT, FOR_EVER, domain_now, newer, stop, wait_until

LANES = (contract.INTAKE_QUEUE, contract.SCHEDULING_QUEUE)

PHASE = SearchAttributeKey.for_keyword("JourneyPhase")
FACILITY = SearchAttributeKey.for_keyword("Facility")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
PARKED = SearchAttributeKey.for_int("Parked")


@workflow.defn(name=WORKFLOW_NAME)
class EpisodeJourney:
    """One journey per episode, from referral until the aftercare year has ended."""

    @workflow.init
    def __init__(self, start: StartJourney, carried: JourneyState | None = None) -> None:
        self.state = carried or first_state(start)
        self.inbox: deque[dict[str, Any]] = deque(self.state.waiting)
        self.happenings: deque[Happening] = deque()
        self.signals = 0
        self.shown: tuple[str, datetime | None, int] | None = None
        self.roll_asked = False
        self.timer: asyncio.Task[None] | None = None
        self.timer_for: tuple[datetime | None, tuple[ClockSegment, ...]] | None = None

    @workflow.run
    async def run(self, start: StartJourney, carried: JourneyState | None = None) -> None:
        """Apply what arrives and what falls due, until the episode is closed and nothing is outstanding or parked."""
        del carried
        tasks = [asyncio.create_task(self._lane(queue)) for queue in LANES]
        tasks.append(asyncio.create_task(self._policies()))
        while not self._is_over():
            await self._wait()
            self._take()
            self._show()
            if self._must_roll():
                await stop(self._timers(tasks))
                workflow.continue_as_new(
                    args=[start, self._carried()],
                    initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
                )
        await stop(self._timers(tasks))

    @workflow.signal(name=EVENT_SIGNAL)
    def event(self, raw: dict[str, Any]) -> None:
        """A fact, as the bridge read it; any JSON object is taken, and validated when it is applied."""
        self.inbox.append(raw)
        self.signals += 1

    @workflow.signal(name=CLOCK_SIGNAL)
    def clock_changed(self, segments: list[ClockSegment]) -> None:
        """The scaled clock has new segments: the timer is set anew."""
        self.state = self.state.model_copy(update={"segments": newer(self.state.segments, segments)})
        self.signals += 1

    @workflow.query(name="state")
    def current(self) -> JourneyState:
        """The state, for looking at one journey; lists are projections of events."""
        return self.state

    @workflow.query(name=VIEW_QUERY)
    def view(self) -> JourneyView:
        """How the journey stands, as the console shows it."""
        return view_of(self.state)

    @workflow.update
    def retry_parked(self) -> int:
        """Put parked events back and let stuck actions run again; returns how many."""
        parked, stuck = self.state.parked, self.state.stuck
        self.state = self.state.model_copy(update={"parked": (), "stuck": ()})
        self.inbox.extendleft(entry.raw for entry in reversed(parked))
        return len(parked) + len(stuck)

    @retry_parked.validator
    def something_is_parked(self) -> None:
        """Refuse without a trace in the history when there is nothing to retry."""
        if not self.state.parked and not self.state.stuck:
            raise ApplicationError("nothing is parked", type="conflict")

    @workflow.update
    def continue_now(self) -> None:
        """Go on in a new run, with the newest code."""
        self.roll_asked = True

    def _now(self) -> datetime:
        return domain_now(self.state.segments)

    def _is_over(self) -> bool:
        state = self.state
        return state.phase is Phase.CLOSED and not (state.outstanding or state.parked or self.inbox)

    def _ready(self) -> bool:
        return bool(self.happenings) or self.roll_asked or (bool(self.inbox) and self.state.policy is not None)

    async def _wait(self) -> None:
        """Wait for news or the nearest deadline; a changed clock ends the wait too, so that the timer fits."""
        segments = self.state.segments
        self._set_timer()
        timer = self.timer
        await workflow.wait_condition(
            lambda: self._ready() or self.state.segments != segments or (timer is not None and timer.done())
        )

    def _timers(self, tasks: list[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
        return tasks if self.timer is None else [*tasks, self.timer]

    def _set_timer(self) -> None:
        """One timer for the nearest deadline; one that still fits is left alone, for each costs two events."""
        wanted = (self.state.wakes_at(), self.state.segments)
        if wanted == self.timer_for and self.timer is not None and not self.timer.done():
            return
        if self.timer is not None:
            self.timer.cancel()
        self.timer, self.timer_for = None, wanted
        if wanted[0] is not None:
            self.timer = asyncio.create_task(workflow.sleep(wait_until(self.state.segments, wanted[0])))

    def _take(self) -> None:
        """Apply everything that is there: outcomes, facts, deadlines, until nothing is left."""
        while True:
            while self.happenings:
                self._apply(self.happenings.popleft())
            policy = self.state.policy
            if policy is None:
                return
            if self.inbox:
                self._take_fact(self.inbox.popleft())
                continue
            due = self._due_keys()
            if not due:
                return
            self.happenings.extend(Woken(key) for key in due)

    def _due_keys(self) -> list[str]:
        now = self._now()
        return sorted(key for key, obligation in self.state.obligations.items() if obligation.wakes_at <= now)

    def _take_fact(self, raw: dict[str, Any]) -> None:
        try:
            self._apply(read_fact(raw))
        except Exception as error:  # noqa: BLE001  an event that raises must not block the journey for good
            workflow.logger.exception("journey_event_parked")
            self.state = park(self.state, raw, error)

    def _apply(self, happening: Happening) -> None:
        if isinstance(happening, PolicyRead):
            policy = happening.policy
        elif self.state.policy is None:
            raise ApplicationError("a journey decides under a policy", type="bug")
        else:
            policy = self.state.policy
        self.state, _ = decide(self.state, happening, self._now(), policy)

    async def _lane(self, queue: str) -> None:
        """Carry out the outstanding actions of one service, one after the other."""
        while True:
            await workflow.wait_condition(lambda: self._next(queue) is not None)
            action = self._next(queue)
            if action is None:
                continue
            try:
                result = await workflow.execute_activity(
                    action.name,
                    action.message,
                    task_queue=queue,
                    result_type=ActionResult,
                    start_to_close_timeout=ACTIVITY_TIMEOUT,
                    retry_policy=FOR_EVER,
                    summary=f"{action.name} {action.index}",
                )
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                self.state = self.state.model_copy(update={"stuck": (*self.state.stuck, action.index)})
            else:
                self.happenings.append(Outcome(action.index, result))
                await self._until_decided(action.index)

    def _next(self, queue: str) -> Action | None:
        """The lane's first action; a stuck one holds its lane until an operator lets it run again."""
        first = next((a for a in self.state.outstanding if a.queue == queue), None)
        return None if first is None or first.index in self.state.stuck else first

    async def _until_decided(self, index: int) -> None:
        await workflow.wait_condition(lambda: all(action.index != index for action in self.state.outstanding))

    async def _policies(self) -> None:
        """Read the deadline rules at the start and whenever a phase was entered."""
        while True:
            await workflow.wait_condition(lambda: self.state.policy_wanted)
            question = ReadPolicy(
                tenant=self.state.tenant,
                facility_id=self.state.facility_id,
                program_id=self.state.program_id,
                as_of=self._now(),
            )
            policy = await workflow.execute_activity(
                contract.READ_POLICY,
                question,
                task_queue=contract.INTAKE_QUEUE,
                result_type=JourneyPolicy,
                start_to_close_timeout=ACTIVITY_TIMEOUT,
                retry_policy=FOR_EVER,
            )
            self.happenings.append(PolicyRead(policy, question.facility_id, question.program_id))
            await workflow.wait_condition(lambda: not self.happenings)

    def _show(self) -> None:
        """Keep the search attributes true; each change is an event in the history, so only changes are written."""
        shown = (
            self.state.phase.value,
            self.state.wakes_at(),
            len(self.state.parked) + len(self.state.stuck),
        )
        if shown == self.shown:
            return
        self.shown = shown
        updates: list[SearchAttributeUpdate[Any]] = [
            PHASE.value_set(shown[0]),
            FACILITY.value_set(str(self.state.facility_id)),
            PARKED.value_set(shown[2]),
            NEXT_DUE.value_unset() if shown[1] is None else NEXT_DUE.value_set(shown[1]),
        ]
        workflow.upsert_search_attributes(updates)

    def _must_roll(self) -> bool:
        """A closed journey ends soon by itself; age and phase borders wait until nothing is under way."""
        if self._is_over():
            return False
        info = workflow.info()
        is_old = workflow.now() - info.start_time >= LONGEST_RUN
        is_idle = not self.state.outstanding and not self.state.policy_wanted
        return (
            self.roll_asked
            or (is_idle and (self.state.at_phase_border or is_old))
            or self.signals >= MOST_SIGNALS_PER_RUN
            or info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
        )

    def _carried(self) -> JourneyState:
        return self.state.model_copy(update={"waiting": tuple(self.inbox), "at_phase_border": False})
