"""Treatment and step-down: weeks to close; in treatment parts to move through and a step-down review."""

from datetime import date, datetime, time, timedelta

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase, CloseWeek
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.state import ObligationKind

WEEK = timedelta(weeks=1)


def enter(draft: Draft) -> None:
    """Treatment begins: the first week, the parts, the review of whether less care is enough."""
    began_on = local_at(draft.now, draft.policy.zone).date()
    draft.change(treatment_began_on=began_on)
    oblige_week(draft, began_on)
    oblige_part(draft, TreatmentPart.SKILLS, draft.policy.skills_after_weeks)
    oblige_part(draft, TreatmentPart.CONSOLIDATE, draft.policy.consolidate_after_weeks)
    review_at = _local_midnight(draft, began_on + draft.policy.step_down_review_weeks * WEEK)
    draft.oblige(ObligationKind.STEP_DOWN_REVIEW, "step_down_review", review_at)


def enter_step_down(draft: Draft) -> None:
    """Less care, still weeks to close; the parts of treatment and its review are over."""
    draft.settle_kind(ObligationKind.PART_CHANGE, "phase_changed")
    draft.settle_kind(ObligationKind.STEP_DOWN_REVIEW, "done")


def oblige_week(draft: Draft, starts_on: date) -> None:
    """Close the week that begins on that local day, some hours after its end."""
    ends_at = _local_midnight(draft, starts_on + WEEK)
    due_at = ends_at + timedelta(hours=draft.policy.week_close_after_hours)
    draft.oblige(ObligationKind.WEEK_CLOSE, f"week/{starts_on.isoformat()}", due_at)


def close_week(draft: Draft, starts_on: date) -> None:
    """Have scheduling tally the week, and look ahead to the next."""
    draft.act(contract.CLOSE_WEEK, CloseWeek(key=draft.key(), week_starts_on=starts_on))
    draft.settle(f"week/{starts_on.isoformat()}", "done")
    oblige_week(draft, starts_on + WEEK)


def oblige_part(draft: Draft, part: TreatmentPart, weeks: int) -> None:
    """Move on to the part so many weeks after treatment began."""
    began_on = draft.state.treatment_began_on
    if began_on is not None:
        draft.oblige(ObligationKind.PART_CHANGE, f"part/{part}", _local_midnight(draft, began_on + weeks * WEEK))


def change_part(draft: Draft, part: TreatmentPart) -> None:
    """The one move inside treatment that the journey makes on its own."""
    message = ChangePhase(key=draft.key(), expected=Phase.TREATMENT, to=Phase.TREATMENT, part=part)
    draft.act(contract.CHANGE_PHASE, message)
    draft.settle(f"part/{part}", "done")


def _local_midnight(draft: Draft, day: date) -> datetime:
    return resolve_forward(datetime.combine(day, time()), draft.policy.zone)
