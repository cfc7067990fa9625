"""The decision as a function: the way from referral to the end, each obligation met, missed and repeated."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stepwell_contracts import activities as contract
from stepwell_kernel.codes import DischargeReason, Phase, PriorityClass, TaskKind, TreatmentPart, Urgency
from stepwell_workflows.journey.happenings import Woken
from stepwell_workflows.journey.obligations import ObligationKind
from workflows.tests.driver import Journey, in_treatment, moved
from workflows.tests.stories import OTHER_FACILITY, REFERRED_AT, Story


@pytest.fixture
def journey() -> Journey:
    return Journey(Story())


@pytest.mark.parametrize(
    ("urgency", "hours"),
    [(Urgency.ROUTINE, 24), (Urgency.URGENT, 24), (Urgency.EMERGENT, 8)],
)
def test_a_referral_is_to_be_contacted_by_its_urgency(journey: Journey, urgency: Urgency, hours: int) -> None:
    """Routine within one business day (Wednesday to Thursday), urgent within 24 h, emergent the same day."""
    (opened,) = journey.apply(journey.story.referred(urgency))
    assert (opened.name, opened.message["role"]) == (contract.OPEN_CARE_TASK, "intake_coordinator")
    assert journey.obligation("referral_contact").due_at == REFERRED_AT + timedelta(hours=hours)


def test_contact_in_time_closes_the_task(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.referred())
    asked = journey.apply(story.contacted(), story.entered(Phase.SCREENING, Phase.REFERRAL))
    assert [(a.name, a.message.get("outcome")) for a in asked] == [
        (contract.CLOSE_CARE_TASK, "done"),
        (contract.OPEN_CARE_TASK, None),
    ]
    assert journey.open_tasks() == [TaskKind.INTAKE_ASSESSMENT]


@pytest.mark.parametrize(
    ("urgency", "priority", "hours"),
    [
        (Urgency.ROUTINE, PriorityClass.GENERAL, 7 * 24),
        (Urgency.URGENT, PriorityClass.GENERAL, 48),
        (Urgency.EMERGENT, PriorityClass.GENERAL, 8),
        (Urgency.ROUTINE, PriorityClass.PREGNANT, 48),
        (Urgency.ROUTINE, PriorityClass.PREGNANT_INJECTING, 48),
        (Urgency.ROUTINE, PriorityClass.INJECTING, 7 * 24),
        (Urgency.EMERGENT, PriorityClass.PREGNANT, 8),
    ],
)
def test_intake_is_due_by_urgency_and_priority(
    journey: Journey, urgency: Urgency, priority: PriorityClass, hours: int
) -> None:
    """Access standard: 7 d, urgent 48 h, emergent the same day; pregnant within 48 h (45 CFR 96.131)."""
    story = journey.story
    journey.apply(story.referred(urgency, priority), story.entered(Phase.SCREENING, Phase.REFERRAL))
    assert journey.obligation("intake_assessment").due_at == REFERRED_AT + timedelta(hours=hours)


def test_who_waits_and_comes_first_gets_interim_services_and_the_wait_is_reviewed_again(journey: Journey) -> None:
    """45 CFR 96.126: interim services within 48 hours."""
    story = journey.story
    journey.apply(
        story.referred(priority=PriorityClass.INJECTING),
        story.entered(Phase.SCREENING, Phase.REFERRAL),
        story.entered(Phase.WAITLISTED, Phase.SCREENING),
    )
    journey.accept_all()
    assert journey.open_tasks() == [TaskKind.INTERIM_SERVICES, TaskKind.WAITLIST_REVIEW]
    assert journey.obligation("interim_services").due_at == REFERRED_AT + timedelta(hours=48)
    at = journey.after(days=6)
    review = journey.obligation("waitlist_review").task_id
    assert review is not None
    journey.apply(story.completed(review, at))
    assert journey.obligation("waitlist_review").due_at == at + timedelta(days=7)
    assert journey.obligation("waitlist_review").task_id != review


def test_what_is_overdue_goes_to_the_supervisor_and_then_every_week_to_the_administrator(journey: Journey) -> None:
    journey.apply(journey.story.referred())
    journey.after(days=16, hours=1)
    escalated = [a.message["role"] for a in journey.asked if a.name == contract.ESCALATE_CARE_TASK]
    assert escalated == ["supervisor", "administrator", "administrator", "administrator"]
    (closed, _) = journey.apply(
        journey.story.contacted(), journey.story.entered(Phase.SCREENING, Phase.REFERRAL, at=journey.now)
    )
    assert (closed.name, closed.message["outcome"]) == (contract.CLOSE_CARE_TASK, "done")


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


def test_a_fact_that_arrives_late_counts_from_when_it_happened(journey: Journey) -> None:
    journey.now = REFERRED_AT + timedelta(hours=30)
    journey.apply(journey.story.referred())
    assert journey.obligation("referral_contact").due_at == REFERRED_AT + timedelta(days=1)
    journey.until(journey.now)
    assert journey.names() == [contract.OPEN_CARE_TASK, contract.ESCALATE_CARE_TASK]


def test_admission_is_carried_out_by_a_change_of_phase(journey: Journey) -> None:
    in_treatment(journey)
    change = next(action for action in journey.asked if action.name == contract.CHANGE_PHASE)
    assert (change.message["expected"], change.message["to"], change.message["part"]) == (
        "admission",
        "treatment",
        "stabilize",
    )
    assert journey.state.saga is None
    assert journey.state.course_began_on == date(2026, 3, 4)
    assert journey.open_tasks() == [TaskKind.PLAN_SIGNATURE, TaskKind.STEP_DOWN_REVIEW]


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


def test_the_level_is_reviewed_again_when_it_stays(journey: Journey) -> None:
    in_treatment(journey)
    at = journey.after(days=10)
    journey.apply(journey.story.assessed(at))
    assert journey.obligation("step_down_review").due_at == datetime(2026, 3, 28, 4, 0, tzinfo=UTC)


def test_a_hold_pauses_all_but_its_review_and_care_goes_on_where_it_was(journey: Journey) -> None:
    in_treatment(journey)
    journey.after(days=15)
    journey.apply(
        journey.story.entered(Phase.TREATMENT, Phase.TREATMENT, TreatmentPart.SKILLS, journey.now),
        journey.story.plan_signed(journey.now),
    )
    moved(journey, "hold", Phase.ON_HOLD)
    assert journey.open_tasks() == [TaskKind.HOLD_REVIEW]
    journey.after(days=15)
    assert TaskKind.HOLD_REVIEW in journey.open_tasks()
    assert contract.ESCALATE_CARE_TASK in journey.names()
    journey.asked.clear()
    journey.apply(journey.story.decided("resume", journey.now))
    change = journey.accept(contract.CHANGE_PHASE)
    assert (change.message["to"], change.message["part"]) == ("treatment", "skills")
    journey.apply(journey.story.entered(Phase.TREATMENT, Phase.ON_HOLD, TreatmentPart.SKILLS, journey.now))
    journey.accept_all()
    assert journey.state.course_began_on == date(2026, 3, 4)
    (week,) = (o.key for o in journey.state.obligations.values() if o.kind is ObligationKind.WEEK_CLOSE)
    assert week == "week/2026-04-01"
    assert "plan_review" in journey.state.obligations
    assert "part/skills" not in journey.state.obligations


def test_step_down_hands_over_to_what_comes_after(journey: Journey) -> None:
    in_treatment(journey)
    journey.after(days=15)
    moved(journey, "step_down", Phase.STEP_DOWN)
    ends_at = datetime(2026, 6, 11, 4, 0, tzinfo=UTC)
    assert journey.obligation("discharge_plan").due_at == ends_at - timedelta(days=14)
    assert journey.obligation("next_level_appointment").due_at == ends_at - timedelta(days=7)
    assert journey.obligation("discharge_review").due_at == ends_at
    assert "step_down_review" not in journey.state.obligations
    assert "part/skills" not in journey.state.obligations


def test_aftercare_follows_up_within_windows_and_closes_after_a_year(journey: Journey) -> None:
    story = journey.story
    in_treatment(journey)
    moved(journey, "discharge", Phase.AFTERCARE)
    journey.asked.clear()
    discharged_at = journey.now
    journey.after(days=2)
    journey.apply(story.followed_up(journey.now, reached=False))
    assert contract.CLOSE_CARE_TASK not in journey.names()
    journey.apply(story.followed_up(journey.now))
    journey.accept_all()
    closed = [a.message["outcome"] for a in journey.asked if a.name == contract.CLOSE_CARE_TASK]
    assert closed == ["done"]
    journey.until(discharged_at + timedelta(days=364))
    closed = [a.message["outcome"] for a in journey.asked if a.name == contract.CLOSE_CARE_TASK]
    assert closed == ["done", *["window_passed"] * 5]
    journey.apply(story.followed_up(journey.now))
    journey.until(discharged_at + timedelta(days=365))
    closing = [a for a in journey.asked if a.name == contract.CHANGE_PHASE]
    assert [(a.message["expected"], a.message["to"]) for a in closing] == [("aftercare", "closed")]
    journey.apply(story.entered(Phase.CLOSED, Phase.AFTERCARE, at=journey.now))
    journey.accept_all()
    assert (journey.state.phase, journey.state.obligations, journey.state.outstanding) == (Phase.CLOSED, {}, ())


def test_out_of_aftercare_back_into_treatment(journey: Journey) -> None:
    in_treatment(journey)
    moved(journey, "discharge", Phase.AFTERCARE)
    journey.after(days=40)
    journey.asked.clear()
    moved(journey, "step_up", Phase.TREATMENT, TreatmentPart.STABILIZE)
    assert [n for n in journey.names() if not n.endswith("_care_task")] == [
        contract.REPLACE_BOOKINGS,
        contract.CHANGE_PHASE,
        contract.PLAN_EPISODE,
    ]
    assert journey.state.course_began_on == date(2026, 4, 13)
    assert journey.state.discharged_at is None
    assert not [key for key in journey.state.obligations if key.startswith("aftercare/") or key == "episode_end"]
    assert "week/2026-04-13" in journey.state.obligations


def test_a_readmission_ends_the_aftercare_of_the_former_episode(journey: Journey) -> None:
    in_treatment(journey)
    moved(journey, "discharge", Phase.AFTERCARE)
    journey.after(days=100)
    (closing,) = journey.apply(journey.story.readmitted(journey.now))
    assert (closing.name, closing.message["to"]) == (contract.CHANGE_PHASE, "closed")


def test_death_leads_to_closed_without_aftercare(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.decided("discharge", journey.now, reason=DischargeReason.DEATH))
    journey.accept_all()
    change = next(action for action in journey.asked if action.name == contract.CHANGE_PHASE)
    assert change.message["to"] == "closed"
    journey.apply(journey.story.entered(Phase.CLOSED, Phase.TREATMENT, at=journey.now))
    assert journey.state.obligations == {}


def test_a_declined_referral_closes_and_asks_again_until_it_is_closed(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.referred(), story.entered(Phase.SCREENING, Phase.REFERRAL))
    journey.accept_all()
    journey.apply(story.entered(Phase.DECLINED, Phase.SCREENING))
    journey.reject(contract.CHANGE_PHASE)
    assert journey.open_tasks() == [TaskKind.ACTION_REJECTED]
    journey.accept_all()
    journey.after(days=1)
    assert journey.names().count(contract.CHANGE_PHASE) == 2
    journey.apply(story.entered(Phase.CLOSED, Phase.DECLINED, at=journey.now))
    assert journey.state.obligations == {}


def test_a_transfer_moves_the_facility_and_reads_its_rules(journey: Journey) -> None:
    in_treatment(journey)
    journey.asked.clear()
    journey.apply(journey.story.decided("transfer", journey.now))
    journey.accept_all()
    change = next(a for a in journey.asked if a.name == contract.CHANGE_PHASE)
    assert (change.message["expected"], change.message["to"], change.message["facility_id"]) == (
        "treatment",
        "treatment",
        str(OTHER_FACILITY),
    )
    before = journey.state.obligations
    journey.apply(
        journey.story.entered(
            Phase.TREATMENT, Phase.TREATMENT, TreatmentPart.STABILIZE, journey.now, facility_id=OTHER_FACILITY
        )
    )
    assert journey.state.facility_id == OTHER_FACILITY
    assert journey.state.policy_wanted
    assert journey.state.obligations == before


def test_an_action_that_is_rejected_opens_one_task_for_the_supervisor(journey: Journey) -> None:
    in_treatment(journey)
    journey.until(REFERRED_AT + timedelta(weeks=1, hours=-1))
    for _ in range(2):
        journey.now = journey.obligation(week_key(journey)).due_at
        journey.apply(Woken(week_key(journey)))
        journey.reject(contract.CLOSE_WEEK)
    assert [o.due_at - journey.now for o in journey.state.obligations.values() if rejected(o.kind)] == [
        timedelta(days=-6)
    ]


def week_key(journey: Journey) -> str:
    return next(key for key in journey.state.obligations if key.startswith("week/"))


def rejected(kind: ObligationKind) -> bool:
    return kind is ObligationKind.REJECTED_ACTION
