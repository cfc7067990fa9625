"""What goes on in care: plan, payer, measures, weeks, outreach, answers to findings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stepwell_contracts import activities as contract
from stepwell_kernel.codes import (
    AuthorizationState,
    FollowUp,
    Instrument,
    Phase,
    PriorityClass,
    RiskSignal,
    SuicideRisk,
    TaskKind,
    TreatmentPart,
)
from stepwell_kernel.ids import new_id
from workflows.tests.driver import Journey, in_treatment, moved
from workflows.tests.stories import REFERRED_AT, Story

#: A Monday evening in New York, five days into treatment.
SESSION = datetime(2026, 3, 9, 21, 30, tzinfo=UTC)


@pytest.fixture
def journey() -> Journey:
    return in_treatment(Journey(Story()))


def calls(journey: Journey) -> list[TaskKind]:
    """The open tasks of outreach."""
    return sorted(
        o.task.kind
        for key, o in journey.state.obligations.items()
        if key.startswith("ladder/") and o.task_is_open and o.task
    )


def ladder(journey: Journey) -> list[str]:
    return sorted(key for key in journey.state.obligations if key.startswith("ladder/"))


def test_a_plan_is_signed_in_time_and_then_reviewed_every_thirty_days(journey: Journey) -> None:
    """Seven working days (COMAR 10.47.02.04): from a Wednesday to the Friday of the next week."""
    assert journey.obligation("plan_signature").due_at == datetime(2026, 3, 13, 14, 0, tzinfo=UTC)
    at = journey.after(days=3)
    journey.apply(journey.story.plan_signed(at))
    assert "plan_signature" not in journey.state.obligations
    assert journey.obligation("plan_review").due_at == at + timedelta(days=30)
    again = journey.after(days=28)
    assert TaskKind.PLAN_REVIEW in journey.open_tasks()
    journey.apply(journey.story.plan_reviewed(again))
    assert journey.obligation("plan_review").due_at == again + timedelta(days=30)


def test_the_payer_is_asked_five_business_days_before_the_last_covered_day(journey: Journey) -> None:
    """Monday 6 April: five business days before it is Monday 30 March."""
    journey.apply(journey.story.authorized(date(2026, 4, 6), journey.now))
    assert journey.obligation("authorization_review").due_at == datetime(2026, 3, 30, 4, 0, tzinfo=UTC)
    journey.apply(journey.story.authorized(date(2026, 4, 3), journey.now))
    assert journey.obligation("authorization_review").due_at == datetime(2026, 3, 30, 4, 0, tzinfo=UTC)
    journey.apply(journey.story.authorized(date(2026, 5, 6), journey.now))
    assert journey.obligation("authorization_review").due_at == datetime(2026, 4, 29, 4, 0, tzinfo=UTC)


def test_a_denial_is_answered_by_tomorrow(journey: Journey) -> None:
    journey.apply(journey.story.authorized(date(2026, 4, 6), journey.now, AuthorizationState.PENDED))
    assert "authorization_review" not in journey.state.obligations
    journey.apply(journey.story.authorized(date(2026, 4, 6), journey.now, AuthorizationState.DENIED))
    assert journey.obligation("authorization_review").due_at == datetime(2026, 3, 5, 5, 0, tzinfo=UTC)
    assert TaskKind.AUTHORIZATION_REVIEW in journey.open_tasks()


def test_measures_come_back_by_their_cadence_and_more_rarely_after_step_down(journey: Journey) -> None:
    assert journey.obligation("measure/c_ssrs").wakes_at == REFERRED_AT + timedelta(days=7)
    assert journey.obligation("measure/c_ssrs").due_at == REFERRED_AT + timedelta(days=10)
    at = journey.after(days=8)
    assert TaskKind.MEASURE_DUE in journey.open_tasks()
    journey.apply(journey.story.screened(Instrument.C_SSRS, at))
    assert journey.obligation("measure/c_ssrs").wakes_at == at + timedelta(days=7)
    moved(journey, "step_down", Phase.STEP_DOWN)
    assert journey.obligation("measure/c_ssrs").wakes_at == at + timedelta(days=30)


@pytest.mark.parametrize(
    ("attended", "tasks"),
    [
        ((540,), []),
        ((539,), ["short_week"]),
        ((100, 540, 100), ["short_week", "short_week"]),
        ((100, 100), ["short_week", "short_week", "short_weeks"]),
        ((100, 100, 100), ["short_week", "short_week", "short_week", "short_weeks", "short_weeks"]),
    ],
)
def test_short_weeks_are_asked_about_and_several_in_a_row_are_reviewed(
    journey: Journey, attended: tuple[int, ...], tasks: list[str]
) -> None:
    """One: counselor in 24 h; two in a row: level of care; three: utilization review."""
    for number, minutes in enumerate(attended):
        at = REFERRED_AT + timedelta(weeks=number + 1)
        journey.apply(journey.story.week_closed(date(2026, 3, 4) + timedelta(weeks=number), minutes, at))
    assert sorted(key.split("/")[0] for key in journey.state.obligations if key.startswith("short")) == tasks


def test_a_review_of_the_level_answers_the_second_short_week(journey: Journey) -> None:
    for number in range(2):
        at = REFERRED_AT + timedelta(weeks=number + 1)
        journey.apply(journey.story.week_closed(date(2026, 3, 4) + timedelta(weeks=number), 0, at))
    assert TaskKind.LEVEL_OF_CARE_REVIEW in journey.open_tasks()
    journey.apply(journey.story.assessed(REFERRED_AT + timedelta(weeks=2, days=1)))
    assert TaskKind.LEVEL_OF_CARE_REVIEW not in journey.open_tasks()


def test_the_ladder_climbs_until_the_patient_returns(journey: Journey) -> None:
    """Calls at 30 min and a day, a safety decision at 72 h, an administrative review at 14 d; never a discharge."""
    journey.until(SESSION)
    journey.apply(journey.story.missed(SESSION))
    assert calls(journey) == []
    journey.after(minutes=31)
    assert calls(journey) == [TaskKind.OUTREACH_CALL]
    journey.after(days=3)
    assert calls(journey) == [TaskKind.OUTREACH_CALL, TaskKind.OUTREACH_CALL, TaskKind.SAFETY_DECISION]
    journey.apply(journey.story.missed(SESSION + timedelta(days=2)))
    assert len(ladder(journey)) == 4
    journey.after(days=12)
    assert TaskKind.ADMINISTRATIVE_REVIEW in calls(journey)
    assert not [a for a in journey.asked if a.message.get("to") == "aftercare"]
    journey.apply(journey.story.returned(journey.now))
    assert ladder(journey) == []


def test_a_contact_ends_the_calls_but_not_the_wait_for_the_return(journey: Journey) -> None:
    journey.until(SESSION)
    journey.apply(journey.story.missed(SESSION))
    at = journey.after(hours=1)
    journey.apply(journey.story.outreach(at, reached=False))
    assert len(ladder(journey)) == 4
    journey.apply(journey.story.outreach(at, reached=True))
    assert ladder(journey) == ["ladder/usual/4/until_return"]
    journey.after(days=14)
    assert calls(journey) == [TaskKind.ADMINISTRATIVE_REVIEW]


def test_a_call_that_was_made_is_not_asked_for_again_after_a_step_down(journey: Journey) -> None:
    journey.until(SESSION)
    journey.apply(journey.story.missed(SESSION))
    at = journey.after(hours=1)
    call = journey.obligation("ladder/usual/1/call").task_id
    assert call is not None
    journey.apply(journey.story.completed(call, at))
    moved(journey, "step_down", Phase.STEP_DOWN)
    assert ladder(journey) == ["ladder/usual/2/call", "ladder/usual/3/call", "ladder/usual/4/until_return"]


def test_an_absence_recorded_late_begins_where_the_ladder_has_come_to(journey: Journey) -> None:
    noted = SESSION + timedelta(days=2)
    journey.until(noted)
    journey.apply(journey.story.missed(SESSION, noted))
    assert ladder(journey) == ["ladder/usual/2/call", "ladder/usual/3/call", "ladder/usual/4/until_return"]
    assert calls(journey) == [TaskKind.OUTREACH_CALL]


@pytest.mark.parametrize(
    ("risk", "fast"),
    [
        (None, "usual"),
        ((SuicideRisk.LOW, 1), "usual"),
        ((SuicideRisk.MODERATE, 30), "fast"),
        ((SuicideRisk.MODERATE, 31), "usual"),
        ((SuicideRisk.HIGH, 1), "fast"),
        ((RiskSignal.OVERDOSE, 90), "fast"),
        ((RiskSignal.OVERDOSE, 91), "usual"),
        ((RiskSignal.LAPSE, 1), "usual"),
    ],
)
def test_the_fast_path_by_risk(journey: Journey, risk: tuple[SuicideRisk | RiskSignal, int] | None, fast: str) -> None:
    """C-SSRS moderate or high in the last 30 days, an overdose in the last 90."""
    story, later = journey.story, SESSION + timedelta(days=100)
    if risk is not None:
        at = later - timedelta(days=risk[1])
        match risk[0]:
            case SuicideRisk() as level:
                journey.apply(story.screened(Instrument.C_SSRS, at, risk=level))
            case RiskSignal() as signal:
                journey.apply(story.at_risk(signal, at))
    journey.apply(story.missed(later))
    assert {key.split("/")[1] for key in ladder(journey)} == {fast}


def test_pregnancy_makes_the_path_fast_and_a_risk_that_is_found_later_too() -> None:
    pregnant = Journey(Story())
    story = pregnant.story
    pregnant.apply(
        story.referred(priority=PriorityClass.PREGNANT),
        story.entered(Phase.TREATMENT, Phase.ADMISSION, TreatmentPart.STABILIZE),
        story.missed(SESSION),
    )
    assert "ladder/fast/1/call" in ladder(pregnant)
    usual = in_treatment(Journey(Story()))
    usual.apply(usual.story.missed(SESSION), usual.story.at_risk(RiskSignal.OVERDOSE, SESSION + timedelta(hours=3)))
    assert {key.split("/")[1] for key in ladder(usual)} == {"fast"}


def test_a_finding_is_answered_in_its_time_and_by_the_fact_that_shows_it(journey: Journey) -> None:
    story, at = journey.story, journey.after(days=1)
    journey.apply(story.screened(Instrument.PHQ_9, at, follow_ups=(FollowUp.C_SSRS_SAME_VISIT,)))
    assert journey.obligation("response/c_ssrs_same_visit/measure_due").due_at == at + timedelta(hours=4)
    journey.apply(story.screened(Instrument.C_SSRS, at))
    assert "response/c_ssrs_same_visit/measure_due" not in journey.state.obligations
    journey.apply(story.at_risk(RiskSignal.LAPSE, at), story.at_risk(RiskSignal.LAPSE, at + timedelta(hours=1)))
    assert journey.obligation("response/lapse/outreach_call").due_at == at + timedelta(days=1)
    journey.apply(story.outreach(at, reached=True), story.plan_reviewed(at))
    assert not [key for key in journey.state.obligations if key.startswith("response/")]


def test_a_crisis_needs_a_disposition_in_every_phase_and_is_escalated_without(journey: Journey) -> None:
    crisis = new_id()
    journey.apply(journey.story.crisis(crisis, journey.now))
    moved(journey, "hold", Phase.ON_HOLD)
    assert TaskKind.CRISIS_DISPOSITION in journey.open_tasks()
    journey.after(hours=5)
    assert contract.ESCALATE_CARE_TASK in journey.names()
    journey.apply(journey.story.crisis_over(crisis, journey.now))
    assert TaskKind.CRISIS_DISPOSITION not in journey.open_tasks()
    assert TaskKind.SAFETY_FOLLOW_UP in journey.open_tasks()


def test_a_task_that_a_person_completed_is_not_closed_again(journey: Journey) -> None:
    journey.apply(journey.story.week_closed(date(2026, 3, 4), 0, journey.after(days=8)))
    task = journey.obligation("short_week/2026-03-04").task_id
    assert task is not None
    assert journey.apply(journey.story.completed(task, journey.now)) == ()
    assert "short_week/2026-03-04" not in journey.state.obligations
    assert journey.apply(journey.story.completed(new_id(), journey.now)) == ()
