"""Whatever happens, in whatever order it arrives: somebody has it, by an instant, and it does not get stuck."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings, strategies as st

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase
from stepwell_kernel.codes import (
    AuthorizationState,
    DischargeReason,
    FollowUp,
    Instrument,
    Phase,
    PriorityClass,
    RiskSignal,
    SuicideRisk,
    TreatmentPart,
    Urgency,
)
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestResult, MissedDoseStep
from stepwell_workflows.journey.happenings import Fact, Outcome
from stepwell_workflows.journey.state import Action, JourneyState
from workflows.tests.driver import ACCEPTED, REJECTED, Journey, in_treatment
from workflows.tests.stories import REFERRED_AT, Story

CASES = settings(max_examples=400, deadline=None)

Tell = Callable[[Story, datetime], Fact]

#: What people decide, by the phase in which intake lets them.
DECISIONS: dict[Phase, tuple[str, ...]] = {
    Phase.REFERRAL: ("decline",),
    Phase.SCREENING: ("decline", "waitlist"),
    Phase.ADMISSION: ("admission", "decline", "waitlist"),
    Phase.WAITLISTED: ("resume", "decline"),
    Phase.TREATMENT: ("hold", "step_down", "transfer", "discharge"),
    Phase.STEP_DOWN: ("hold", "step_up", "transfer", "discharge"),
    Phase.ON_HOLD: ("resume", "discharge"),
    Phase.AFTERCARE: ("step_up",),
}

FINDINGS: tuple[Tell, ...] = (
    lambda story, at: story.plan_signed(at),
    lambda story, at: story.plan_reviewed(at),
    lambda story, at: story.assessed(at),
    lambda story, at: story.authorized(at.date() + timedelta(days=20), at),
    lambda story, at: story.authorized(at.date(), at, AuthorizationState.DENIED),
    lambda story, at: story.outreach(at, reached=True),
    lambda story, at: story.followed_up(at),
    lambda story, at: story.crisis(new_id(), at),
    lambda story, at: story.screened(Instrument.PHQ_9, at, follow_ups=(FollowUp.C_SSRS_SAME_VISIT,)),
    lambda story, at: story.screened(Instrument.C_SSRS, at, risk=SuicideRisk.MODERATE),
    lambda story, at: story.at_risk(RiskSignal.OVERDOSE, at),
    lambda story, at: story.at_risk(RiskSignal.LAPSE, at),
)

ATTENDANCE: tuple[Tell, ...] = (
    lambda story, at: story.missed(at - timedelta(hours=3), at),
    lambda story, at: story.returned(at),
    lambda story, at: story.week_closed(at.date() - timedelta(days=7), 100, at),
    lambda story, at: story.week_closed(at.date() - timedelta(days=7), 600, at),
)


MEDICATION: tuple[Tell, ...] = (
    lambda story, at: story.dose_missed(MissedDoseStep.USUAL_DOSE, at),
    lambda story, at: story.dose_missed(MissedDoseStep.PRESCRIBER_ORDER, at),
    lambda story, at: story.dose_missed(MissedDoseStep.NEW_INDUCTION, at),
    lambda story, at: story.dose_observed(at),
    lambda story, at: story.injection_overdue(at),
    lambda story, at: story.tested(DrugTestResult.UNEXPECTED_NEGATIVE, at),
)


def is_owned(state: JourneyState) -> bool:
    """Closed, or acting, or with an obligation; each of those wakes again, and its task has a role."""
    if state.phase is Phase.CLOSED:
        return not state.obligations
    return bool(state.outstanding or state.obligations)


class Life:
    """A journey among services that answer: intake tells the phase that it was asked for, unless it rejects."""

    def __init__(self, urgency: Urgency, priority: PriorityClass) -> None:
        self.journey = Journey(Story())
        self.tell(self.journey.story.referred(urgency, priority))

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            self.journey.apply(fact)
            assert is_owned(self.journey.state), fact.envelope.type

    def answer(self, *, rejects: bool) -> None:
        """Every outstanding action is answered; a rejection hits changes of phase and exchanges of seats."""
        while self.journey.state.outstanding:
            action = self.journey.state.outstanding[0]
            refused = rejects and not action.name.endswith("_care_task")
            self.journey.apply(Outcome(action.index, REJECTED if refused else ACCEPTED))
            assert is_owned(self.journey.state), action.name
            if action.name == contract.CHANGE_PHASE and not refused:
                self.tell(*self.phase_told(action))

    def phase_told(self, action: Action) -> Sequence[Fact]:
        asked = ChangePhase.model_validate(action.message)
        if asked.expected is not self.journey.state.phase:
            return ()
        part = (
            (asked.part or self.journey.state.part or TreatmentPart.STABILIZE) if asked.to is Phase.TREATMENT else None
        )
        return (self.journey.story.entered(asked.to, asked.expected, part, self.journey.now),)

    def go_on(self, days: int) -> None:
        """Days go by, deadline by deadline."""
        end = self.journey.now + timedelta(days=days)
        while (wakes_at := self.journey.state.wakes_at()) is not None and wakes_at <= end:
            self.journey.until(max(wakes_at, self.journey.now))
            assert is_owned(self.journey.state)
        self.journey.now = max(self.journey.now, end)

    def people_act(self, step: str, choice: int) -> None:
        """The next thing that people do, as intake lets them in this phase."""
        journey, story, at = self.journey, self.journey.story, self.journey.now
        phase = journey.state.phase
        if phase is Phase.CLOSED:
            return
        match step:
            case "on" if phase is Phase.REFERRAL:
                self.tell(story.contacted(at), story.entered(Phase.SCREENING, phase, at=at))
            case "on" if phase is Phase.SCREENING:
                self.tell(story.assessed(at), story.entered(Phase.ADMISSION, phase, at=at))
            case "find":
                self.tell(FINDINGS[choice % len(FINDINGS)](story, at))
            case "attend":
                self.tell(ATTENDANCE[choice % len(ATTENDANCE)](story, at))
            case "medicate":
                self.tell(MEDICATION[choice % len(MEDICATION)](story, at))
            case "task" if tasks := [o for o in journey.state.obligations.values() if o.task_is_open and o.task_id]:
                task_id = tasks[choice % len(tasks)].task_id
                assert task_id is not None
                self.tell(story.completed(task_id, at))
            case "death" if phase in {Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD}:
                self.tell(story.decided("discharge", at, reason=DischargeReason.DEATH))
            case _ if phase in DECISIONS:
                possible = DECISIONS[phase]
                self.tell(story.decided(possible[choice % len(possible)], at))


STEPS = st.tuples(
    st.sampled_from(["on", "on", "decide", "decide", "find", "attend", "medicate", "task", "death"]),
    st.integers(0, 30),
    st.integers(0, 20),
    st.booleans(),
)


@CASES
@given(st.sampled_from(Urgency), st.sampled_from(PriorityClass), st.lists(STEPS, max_size=25))
def test_no_sequence_leaves_a_journey_without_owner_deadline_and_escalation(
    urgency: Urgency, priority: PriorityClass, steps: list[tuple[str, int, int, bool]]
) -> None:
    life = Life(urgency, priority)
    life.answer(rejects=False)
    for step, choice, days, rejects in steps:
        life.people_act(step, choice)
        life.answer(rejects=rejects)
        life.go_on(days)
        life.answer(rejects=False)
    state = life.journey.state
    assert all(o.task is None or (o.task.role and o.task_id) for o in state.obligations.values())
    assert state.saga is None
    overdue = [o for o in state.obligations.values() if o.task_is_open and o.due_at <= life.journey.now]
    assert all(o.escalations for o in overdue)


@CASES
@given(
    st.lists(st.tuples(st.integers(0, len(FINDINGS) - 1), st.integers(0, 400)), max_size=12),
    st.lists(st.tuples(st.integers(0, len(ATTENDANCE) - 1), st.integers(0, 400)), max_size=8),
    st.lists(st.tuples(st.integers(0, len(MEDICATION) - 1), st.integers(0, 400)), max_size=8),
    st.lists(st.sampled_from(["hold", "step_down", "discharge"]), max_size=2),
    st.randoms(use_true_random=False),
)
def test_shuffled_streams_end_in_the_same_state(
    findings: list[tuple[int, int]],
    attendance: list[tuple[int, int]],
    doses: list[tuple[int, int]],
    ends: list[str],
    dice: Random,
) -> None:
    """Each service's facts keep their order; between services any order ends with the same obligations and tasks."""
    story = Story()
    begun = in_treatment(Journey(story)).state
    intake = _intake(story, findings, ends)
    scheduling, medication = _told(story, ATTENDANCE, attendance), _told(story, MEDICATION, doses)
    facts = sorted([*intake, *scheduling, *medication], key=lambda fact: fact.envelope.time)
    in_order = _end_of(begun, story, facts)
    shuffled = _end_of(begun, story, _riffle(_riffle(intake, scheduling, dice), medication, dice))
    assert shuffled == in_order


def test_facts_of_care_that_were_quicker_than_the_admission_find_their_place() -> None:
    story = Story()
    journey = Journey(story)
    journey.apply(story.referred(), story.entered(Phase.SCREENING, Phase.REFERRAL))
    journey.apply(story.entered(Phase.ADMISSION, Phase.SCREENING))
    at = REFERRED_AT + timedelta(days=2)
    entered = story.entered(Phase.TREATMENT, Phase.ADMISSION, TreatmentPart.STABILIZE, REFERRED_AT)
    missed, week = story.missed(at), story.week_closed(date(2026, 3, 4), 0, at + timedelta(days=6))
    early, late = journey.state, journey.state
    assert _end_of(early, story, [missed, entered, week]) == _end_of(late, story, [entered, missed, week])


def _told(story: Story, kinds: Sequence[Tell], chosen: list[tuple[int, int]]) -> list[Fact]:
    """Facts of a service by their time."""
    in_time = sorted(chosen, key=lambda one: one[1])
    return [kinds[kind](story, REFERRED_AT + timedelta(hours=hours)) for kind, hours in in_time]


def _intake(story: Story, findings: list[tuple[int, int]], ends: list[str]) -> list[Fact]:
    """Findings by their time, and what intake tells of phases between them."""
    told: list[tuple[int, str | int]] = [(hours, kind) for kind, hours in findings]
    told += [(100 + 150 * number, end) for number, end in enumerate(ends)]
    facts: list[Fact] = []
    phase = Phase.TREATMENT
    for hours, what in sorted(told, key=lambda one: (one[0], str(one[1]))):
        at = REFERRED_AT + timedelta(hours=hours)
        if isinstance(what, int):
            facts.append(FINDINGS[what](story, at))
            continue
        to = {"hold": Phase.ON_HOLD, "step_down": Phase.STEP_DOWN, "discharge": Phase.AFTERCARE}[what]
        if to is not phase and phase is not Phase.AFTERCARE:
            facts.append(story.entered(to, phase, at=at))
            phase = to
    return facts


def _riffle(one: list[Fact], other: list[Fact], dice: Random) -> list[Fact]:
    left, right, mixed = list(one), list(other), []
    while left or right:
        source = left if not right or (left and dice.random() < 0.5) else right
        mixed.append(source.pop(0))
    return mixed


def _end_of(begun: JourneyState, story: Story, facts: Sequence[Fact]) -> object:
    journey = Journey(story)
    journey.state = begun
    for fact in facts:
        journey.apply(fact)
        journey.accept_all()
    journey.until(max((fact.envelope.time for fact in facts), default=REFERRED_AT) + timedelta(days=30))
    state = journey.state
    obligations = {key: (o.due_at, o.task_is_open, o.task) for key, o in state.obligations.items()}
    return state.phase, obligations
