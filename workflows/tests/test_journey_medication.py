"""What other services tell of a patient in care: medication, weekly plans, amended weeks, answers to messages."""

from datetime import date, timedelta

import pytest

from stepwell_contracts import activities as contract
from stepwell_kernel.codes import Phase, TaskKind
from stepwell_kernel.medication_codes import DrugTestResult, MissedDoseStep, NotCollected
from workflows.tests.driver import Journey, in_treatment, moved
from workflows.tests.stories import Story


@pytest.fixture
def journey() -> Journey:
    return in_treatment(Journey(Story()))


def answers(journey: Journey) -> list[TaskKind]:
    """The open tasks that answer what was told."""
    obligations = journey.state.obligations.items()
    return sorted(o.task.kind for key, o in obligations if key.startswith("response/") and o.task and o.task_is_open)


def test_missed_doses_lead_from_a_call_to_the_prescriber_and_to_a_new_induction(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.dose_missed(MissedDoseStep.USUAL_DOSE, journey.after(days=1)))
    assert answers(journey) == [TaskKind.OUTREACH_CALL]
    journey.apply(story.dose_missed(MissedDoseStep.NURSE_CHECK, journey.after(hours=1)))
    assert answers(journey) == [TaskKind.OUTREACH_CALL]
    journey.apply(story.dose_missed(MissedDoseStep.PRESCRIBER_ORDER, journey.after(hours=1)))
    held = journey.obligation("response/doses_held/dose_review")
    assert held.due_at == journey.now + timedelta(hours=8)
    journey.apply(story.dose_missed(MissedDoseStep.NEW_INDUCTION, journey.after(hours=1)))
    assert answers(journey) == [TaskKind.DOSE_REVIEW, TaskKind.OUTREACH_CALL]
    assert "response/doses_held/dose_review" not in journey.state.obligations
    journey.apply(story.dose_observed(journey.after(hours=1)))
    assert answers(journey) == []


def test_a_missed_dose_makes_an_absence_dangerous_for_a_week(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.missed(journey.after(days=1)))
    assert "ladder/usual/1/call" in journey.state.obligations
    journey.apply(story.dose_missed(MissedDoseStep.USUAL_DOSE, journey.after(hours=1)))
    assert "ladder/fast/1/call" in journey.state.obligations
    journey.apply(story.returned(journey.after(hours=1)))
    journey.apply(story.missed(journey.after(days=7)))
    assert "ladder/usual/1/call" in journey.state.obligations


def test_an_overdue_injection_is_called_about_until_it_is_given(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.injection_overdue(journey.after(days=1)))
    assert answers(journey) == [TaskKind.INJECTION_OVERDUE]
    journey.apply(story.injected(journey.after(hours=3)))
    assert answers(journey) == []


@pytest.mark.parametrize(
    ("result", "asked"),
    [
        (DrugTestResult.EXPECTED_NEGATIVE, []),
        (DrugTestResult.EXPECTED_POSITIVE, []),
        (DrugTestResult.UNEXPECTED_POSITIVE, [TaskKind.DRUG_TEST_REVIEW]),
        (DrugTestResult.UNEXPECTED_NEGATIVE, [TaskKind.DIVERSION_CHECK]),
    ],
)
def test_only_an_unexpected_result_is_talked_about(
    journey: Journey, result: DrugTestResult, asked: list[TaskKind]
) -> None:
    journey.apply(journey.story.tested(result, journey.after(days=1)))
    assert answers(journey) == asked
    assert journey.state.phase is Phase.TREATMENT


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        (NotCollected.REFUSED, [TaskKind.DRUG_TEST_REVIEW]),
        (NotCollected.DID_NOT_COME, [TaskKind.DRUG_TEST_REVIEW]),
        (NotCollected.UNABLE, []),
        (NotCollected.CALLED_OFF, []),
    ],
)
def test_a_refused_test_starts_a_conversation(journey: Journey, reason: NotCollected, asked: list[TaskKind]) -> None:
    journey.apply(journey.story.not_collected(reason, journey.after(days=1)))
    assert answers(journey) == asked


def test_a_visit_that_is_needed_is_booked_or_given_to_a_scheduler(journey: Journey) -> None:
    story = journey.story
    needed = story.visit_needed(journey.after(days=1))
    journey.apply(needed)
    booking = journey.accept(contract.BOOK_VISIT)
    assert booking.message["visit_id"] == needed.event.model_dump(mode="json")["visit_id"]
    assert answers(journey) == []
    journey.apply(story.visit_needed(journey.after(days=1)))
    journey.reject(contract.BOOK_VISIT)
    assert answers(journey) == [TaskKind.VISIT_BOOKING]


def test_a_plan_that_falls_short_is_a_schedulers_until_one_does_not(journey: Journey) -> None:
    story = journey.story
    journey.apply(story.planned(date(2026, 3, 11), 480, journey.after(days=1)))
    assert answers(journey) == [TaskKind.WEEK_PLAN_SHORT]
    journey.apply(story.planned(date(2026, 3, 11), 540, journey.after(hours=1)))
    assert answers(journey) == []


def test_the_running_week_is_planned_at_admission_step_down_and_a_signed_plan(journey: Journey) -> None:
    assert journey.names().count(contract.PLAN_EPISODE) == 1
    signed = journey.story.plan_signed(journey.after(hours=1))
    journey.apply(signed)
    journey.accept_all()
    assert journey.names().count(contract.PLAN_EPISODE) == 2
    assert journey.asked[-1].message["known_version"] == signed.envelope.version
    moved(journey, "step_down", Phase.STEP_DOWN)
    assert journey.names().count(contract.PLAN_EPISODE) == 3
    moved(journey, "discharge", Phase.AFTERCARE)
    assert journey.names().count(contract.PLAN_EPISODE) == 3


def test_a_week_that_cannot_be_planned_is_a_schedulers_unless_care_is_over() -> None:
    journey = Journey(Story())
    in_treatment(journey)
    journey.apply(journey.story.plan_signed(journey.after(hours=1)))
    journey.reject(contract.PLAN_EPISODE)
    assert answers(journey) == [TaskKind.WEEK_PLAN_SHORT]
    over = in_treatment(Journey(Story()))
    over.apply(over.story.plan_signed(over.after(hours=1)))
    over.apply(over.story.entered(Phase.AFTERCARE, Phase.TREATMENT, at=over.now))
    over.reject(contract.PLAN_EPISODE)
    assert answers(over) == []


def test_an_amended_week_is_no_longer_short_or_short_after_all(journey: Journey) -> None:
    story, week = journey.story, date(2026, 3, 4)
    journey.apply(story.week_closed(week, 480, journey.after(days=7)))
    assert TaskKind.WEEKLY_HOURS_SHORT in journey.open_tasks()
    journey.apply(story.amended(week, 540, journey.after(hours=1)))
    assert TaskKind.WEEKLY_HOURS_SHORT not in journey.open_tasks()
    journey.apply(story.amended(week, 539, journey.after(hours=1)))
    assert TaskKind.WEEKLY_HOURS_SHORT in journey.open_tasks()


def test_words_of_crisis_in_a_reply_are_somebodys_within_the_hour(journey: Journey) -> None:
    journey.apply(journey.story.crisis_reply(journey.after(days=1)))
    assert answers(journey) == [TaskKind.CRISIS_REPLY]
    due_at = journey.obligation("response/crisis_reply/crisis_reply").due_at
    assert timedelta(0) < due_at - journey.now <= timedelta(hours=1, minutes=1)
