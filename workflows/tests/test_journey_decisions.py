"""The decision as a function: each obligation met, missed and repeated; each saga forward and back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult
from stepwell_kernel.codes import DischargeReason, Phase, TreatmentPart
from stepwell_workflows.journey.decide import decide
from stepwell_workflows.journey.happenings import Happening, Outcome, PolicyRead, Woken
from stepwell_workflows.journey.state import Action, JourneyState, ObligationKind
from stepwell_workflows.journey.workflow import _first_state
from workflows.tests.stories import POLICY, REFERRED_AT, Story

ACCEPTED = ActionResult(accepted=True)
REJECTED = ActionResult(accepted=False, code="phase_moved_on", kind="conflict")


class Journey:
    """Drives `decide` and remembers what it asked for."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.state: JourneyState = _first_state(story.start())
        self.asked: list[Action] = []
        self.now = REFERRED_AT
        self.apply(PolicyRead(POLICY))

    def apply(self, happening: Happening) -> tuple[Action, ...]:
        self.state, actions = decide(self.state, happening, self.now, POLICY)
        self.asked.extend(actions)
        return actions

    def accept_all(self) -> None:
        while self.state.outstanding:
            self.apply(Outcome(self.state.outstanding[0].index, ACCEPTED))

    def until(self, instant: datetime) -> None:
        """Let domain time run, waking the journey at each deadline on the way."""
        while (wakes_at := self.state.wakes_at()) is not None and wakes_at <= instant:
            self.now = max(self.now, wakes_at)
            for key in self._due():
                self.apply(Woken(key))
            self.accept_all()
        self.now = instant

    def _due(self) -> Iterator[str]:
        for key, obligation in sorted(self.state.obligations.items()):
            if obligation.wakes_at is not None and obligation.wakes_at <= self.now:
                yield key

    def names(self) -> list[str]:
        return [action.name for action in self.asked]


@pytest.fixture
def journey() -> Journey:
    return Journey(Story())


def in_treatment(journey: Journey) -> Journey:
    story = journey.story
    for fact in (
        story.referred(),
        story.contacted(),
        story.entered(Phase.SCREENING, Phase.REFERRAL),
        story.entered(Phase.ADMISSION, Phase.SCREENING),
        story.admission_decided(),
    ):
        journey.apply(fact)
    journey.accept_all()
    journey.apply(story.entered(Phase.TREATMENT, Phase.ADMISSION, TreatmentPart.STABILIZE))
    journey.accept_all()
    return journey


def test_a_referral_is_to_be_contacted_within_one_business_day(journey: Journey) -> None:
    (opened,) = journey.apply(journey.story.referred())
    assert opened.name == contract.OPEN_CARE_TASK
    assert opened.message["due_at"] == "2026-03-05T15:00:00Z"
    assert journey.state.obligations["referral_contact"].due_at == REFERRED_AT + timedelta(days=1)


def test_contact_in_time_closes_the_task(journey: Journey) -> None:
    journey.apply(journey.story.referred())
    (closed,) = journey.apply(journey.story.contacted())
    assert (closed.name, closed.message["outcome"]) == (contract.CLOSE_CARE_TASK, "done")
    assert not journey.state.obligations


def test_contact_overdue_escalates_twice_and_stays_with_the_supervisor(journey: Journey) -> None:
    journey.apply(journey.story.referred())
    journey.until(REFERRED_AT + timedelta(days=30))
    assert journey.names().count(contract.ESCALATE_CARE_TASK) == 2
    assert journey.state.obligations["referral_contact"].wakes_at is None
    (closed,) = journey.apply(journey.story.contacted())
    assert closed.name == contract.CLOSE_CARE_TASK


def test_a_repeated_fact_changes_nothing(journey: Journey) -> None:
    referred = journey.story.referred()
    journey.apply(referred)
    before = journey.state
    assert journey.apply(referred) == ()
    assert journey.state == before


def test_a_deadline_told_twice_acts_once(journey: Journey) -> None:
    journey.apply(journey.story.referred())
    journey.now = REFERRED_AT + timedelta(days=1)
    assert len(journey.apply(Woken("referral_contact"))) == 1
    assert journey.apply(Woken("referral_contact")) == ()


def test_admission_is_carried_out_by_a_change_of_phase(journey: Journey) -> None:
    in_treatment(journey)
    change = next(action for action in journey.asked if action.name == contract.CHANGE_PHASE)
    assert (change.message["expected"], change.message["to"], change.message["part"]) == (
        "admission",
        "treatment",
        "stabilize",
    )
    assert journey.state.saga is None
    assert journey.state.treatment_began_on == date(2026, 3, 4)


def test_weeks_close_some_hours_after_their_end_over_a_clock_change(journey: Journey) -> None:
    in_treatment(journey)
    journey.until(datetime(2026, 3, 26, tzinfo=UTC))
    weeks = [action.message["week_starts_on"] for action in journey.asked if action.name == contract.CLOSE_WEEK]
    assert weeks == ["2026-03-04", "2026-03-11", "2026-03-18"]
    (week,) = (o for o in journey.state.obligations.values() if o.kind is ObligationKind.WEEK_CLOSE)
    assert week.due_at == datetime(2026, 4, 1, 16, 0, tzinfo=UTC)


def test_the_parts_of_treatment_follow_the_policy(journey: Journey) -> None:
    in_treatment(journey)
    journey.until(REFERRED_AT + timedelta(weeks=9))
    parts = [
        action.message["part"]
        for action in journey.asked
        if action.name == contract.CHANGE_PHASE and action.message["expected"] == "treatment"
    ]
    assert parts == ["skills", "consolidate"]


def test_step_down_replaces_bookings_and_then_changes_the_phase(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.step_down_decided())
    journey.accept_all()
    assert [n for n in journey.names() if not n.endswith("_care_task")] == [
        contract.REPLACE_BOOKINGS,
        contract.CHANGE_PHASE,
    ]
    assert journey.state.saga is None


def test_step_down_rejected_by_intake_restores_the_bookings_and_tells_a_supervisor(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.step_down_decided())
    replace = next(a for a in journey.state.outstanding if a.name == contract.REPLACE_BOOKINGS)
    journey.apply(Outcome(replace.index, ACCEPTED))
    change = next(a for a in journey.state.outstanding if a.name == contract.CHANGE_PHASE)
    journey.apply(Outcome(change.index, REJECTED))
    restore = next(a for a in journey.state.outstanding if a.name == contract.RESTORE_BOOKINGS)
    assert restore.message["replacement_id"] == replace.message["replacement_id"]
    journey.accept_all()
    assert journey.state.saga is None
    assert any(o.kind is ObligationKind.REJECTED_ACTION for o in journey.state.obligations.values())


def test_step_down_rejected_by_scheduling_has_nothing_to_undo(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.step_down_decided())
    replace = next(a for a in journey.state.outstanding if a.name == contract.REPLACE_BOOKINGS)
    journey.apply(Outcome(replace.index, REJECTED))
    journey.accept_all()
    assert contract.RESTORE_BOOKINGS not in journey.names()
    assert contract.CHANGE_PHASE not in journey.names()
    assert journey.state.saga is None


def test_a_decision_during_a_saga_waits_for_it(journey: Journey) -> None:
    in_treatment(journey)
    journey.apply(journey.story.step_down_decided())
    journey.apply(journey.story.discharge_decided())
    assert len(journey.state.sagas_waiting) == 1
    journey.accept_all()
    assert journey.state.saga is None
    assert journey.names().count(contract.CANCEL_BOOKINGS) == 1


def test_aftercare_follows_up_and_closes_after_a_year(journey: Journey) -> None:
    in_treatment(journey)
    journey.apply(journey.story.discharge_decided())
    journey.accept_all()
    journey.apply(journey.story.entered(Phase.AFTERCARE, Phase.TREATMENT))
    journey.accept_all()
    journey.asked.clear()
    discharged_at = journey.now
    journey.until(discharged_at + timedelta(days=5, hours=1))
    journey.apply(journey.story.followed_up(reached=False))
    assert contract.CLOSE_CARE_TASK not in journey.names()
    journey.apply(journey.story.followed_up())
    assert journey.names().count(contract.CLOSE_CARE_TASK) == 1
    journey.until(discharged_at + timedelta(days=366))
    assert journey.names().count(contract.OPEN_CARE_TASK) == 7
    assert journey.names().count(contract.CHANGE_PHASE) == 1
    journey.apply(journey.story.entered(Phase.CLOSED, Phase.AFTERCARE))
    journey.accept_all()
    assert journey.state.phase is Phase.CLOSED
    assert not journey.state.obligations
    assert not journey.state.outstanding


def test_death_leads_to_closed_without_aftercare(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.discharge_decided(DischargeReason.DEATH))
    journey.accept_all()
    change = next(action for action in journey.asked if action.name == contract.CHANGE_PHASE)
    assert change.message["to"] == "closed"


def test_keys_of_actions_never_repeat(journey: Journey) -> None:
    in_treatment(journey)
    journey.until(REFERRED_AT + timedelta(weeks=4))
    indexes = [action.message["key"]["index"] for action in journey.asked]
    assert indexes == sorted(set(indexes))
