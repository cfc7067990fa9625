"""Treatment, step-down and hold: what goes on from week to week, and the reviews that lead on."""

from datetime import timedelta

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_workflows.journey.calendar import WEEK, midnight
from stepwell_workflows.journey.care.authorization import oblige_review
from stepwell_workflows.journey.care.measures import begin_anew
from stepwell_workflows.journey.care.plan import oblige_plan
from stepwell_workflows.journey.care.weeks import begin_weeks
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import ObligationKind

STEP_DOWN_REVIEW = "step_down_review"
HOLD_REVIEW = "hold_review"
DISCHARGE_REVIEW = "discharge_review"

#: Tasks of the hand-off are put on the worklist this long before they are due.
HAND_OFF_AHEAD = timedelta(days=7)


def enter_treatment(draft: Draft) -> None:
    """A course of treatment begins, or goes on after a hold."""
    if draft.state.held_from is None or draft.state.course_began_on is None:
        draft.change(course_began_on=draft.today, discharged_at=None)
    _enter_care(draft)
    oblige_part(draft, TreatmentPart.SKILLS, draft.policy.skills_after_weeks)
    oblige_part(draft, TreatmentPart.CONSOLIDATE, draft.policy.consolidate_after_weeks)
    oblige_step_down_review(draft)


def enter_step_down(draft: Draft) -> None:
    """Less care, and the hand-off to what comes after it."""
    _enter_care(draft)
    policy = draft.policy
    ends_at = midnight(policy, draft.today + policy.step_down_weeks * WEEK)
    for kind, days in (
        (ObligationKind.DISCHARGE_PLAN, policy.discharge_plan_days_before),
        (ObligationKind.NEXT_LEVEL_APPOINTMENT, policy.next_level_days_before),
    ):
        due_at = ends_at - timedelta(days=days)
        draft.oblige(kind, kind.value, due_at, opens_at=due_at - HAND_OFF_AHEAD)
    draft.oblige(ObligationKind.DISCHARGE_REVIEW, DISCHARGE_REVIEW, ends_at, opens_at=ends_at - HAND_OFF_AHEAD)


def enter_hold(draft: Draft) -> None:
    """A pause is looked at again before it becomes an end."""
    oblige_hold_review(draft)


def oblige_hold_review(draft: Draft) -> None:
    """Look at the pause again."""
    due_at = draft.now + timedelta(days=draft.policy.hold_review_days)
    draft.oblige(ObligationKind.HOLD_REVIEW, HOLD_REVIEW, due_at)


def oblige_step_down_review(draft: Draft) -> None:
    """Ask again whether less care is enough."""
    review_at = midnight(draft.policy, draft.today + draft.policy.step_down_review_weeks * WEEK)
    draft.oblige(ObligationKind.STEP_DOWN_REVIEW, STEP_DOWN_REVIEW, review_at)


def oblige_discharge_review(draft: Draft) -> None:
    """Ask again whether care can end."""
    review_at = midnight(draft.policy, draft.today + draft.policy.step_down_review_weeks * WEEK)
    draft.oblige(ObligationKind.DISCHARGE_REVIEW, DISCHARGE_REVIEW, review_at)


def oblige_part(draft: Draft, part: TreatmentPart, weeks: int) -> None:
    """Move on to the part so many weeks after the course began, if it has not been reached."""
    began_on = draft.state.course_began_on
    parts = tuple(TreatmentPart)
    has_it = draft.state.part is not None and parts.index(draft.state.part) >= parts.index(part)
    if began_on is not None and not has_it:
        draft.oblige(ObligationKind.PART_CHANGE, f"part/{part}", midnight(draft.policy, began_on + weeks * WEEK))


def change_part(draft: Draft, part: TreatmentPart) -> None:
    """The one move inside treatment that the journey makes on its own."""
    message = ChangePhase(key=draft.key(), expected=Phase.TREATMENT, to=Phase.TREATMENT, part=part)
    draft.act(contract.CHANGE_PHASE, message)
    draft.settle(f"part/{part}", "done")


def _enter_care(draft: Draft) -> None:
    begin_weeks(draft)
    oblige_plan(draft)
    oblige_review(draft)
    begin_anew(draft)
