"""The payer's authorization: its review is prepared some business days before the last covered day."""

from datetime import date, timedelta

from stepwell_workflows.journey.calendar import business_days_before, midnight
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, ObligationKind

REVIEW = "authorization_review"

#: The packet is put on the worklist this long before it must be with the payer.
REVIEW_AHEAD = timedelta(days=2)


def oblige_review(draft: Draft) -> None:
    """The review of what is authorized; without an authorization (self-pay) there is none."""
    covered_to = draft.state.clinical.authorized_to
    if draft.state.phase not in IN_CARE or covered_to is None:
        return
    due_at = business_days_before(draft.policy, covered_to, draft.policy.authorization_review_business_days)
    draft.oblige(ObligationKind.AUTHORIZATION_REVIEW, REVIEW, due_at, opens_at=due_at - REVIEW_AHEAD)


def approved(draft: Draft, covers_to: date) -> None:
    """The payer covers care to a day; what was to be reviewed for an earlier one is done."""
    covered_to = draft.state.clinical.authorized_to
    if covered_to is not None and covers_to <= covered_to:
        return
    draft.learn(authorized_to=covers_to)
    draft.settle(REVIEW, "done")
    oblige_review(draft)


def denied(draft: Draft) -> None:
    """The payer refused: the reviewer has until the next day's start to answer for the patient."""
    if draft.state.phase in IN_CARE:
        draft.settle(REVIEW, "denied")
        tomorrow = midnight(draft.policy, draft.today + timedelta(days=1))
        draft.oblige(ObligationKind.AUTHORIZATION_REVIEW, REVIEW, tomorrow)
