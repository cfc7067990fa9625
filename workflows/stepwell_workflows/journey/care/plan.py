"""The treatment plan: signed within some business days of admission, then reviewed again and again."""

from datetime import timedelta

from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, ObligationKind

SIGNATURE = "plan_signature"
REVIEW = "plan_review"

#: A review is put on the worklist this long before it is due.
REVIEW_AHEAD = timedelta(days=5)


def oblige_plan(draft: Draft) -> None:
    """The signature, or the review of what was signed."""
    if draft.state.phase not in IN_CARE:
        return
    signed_at, reviewed_at = draft.state.clinical.plan_signed_at, draft.state.clinical.plan_reviewed_at
    if signed_at is None:
        due_at = draft.business_days(draft.policy.plan_signature_business_days)
        draft.oblige(ObligationKind.PLAN_SIGNATURE, SIGNATURE, due_at)
        return
    since = max(signed_at, reviewed_at or signed_at)
    due_at = since + timedelta(days=draft.policy.plan_review_days)
    draft.oblige(ObligationKind.PLAN_REVIEW, REVIEW, due_at, opens_at=due_at - REVIEW_AHEAD)


def signed(draft: Draft) -> None:
    """Clinician and patient signed a plan."""
    draft.learn(plan_signed_at=draft.now)
    draft.settle(SIGNATURE, "done")
    draft.settle(REVIEW, "done")
    oblige_plan(draft)


def reviewed(draft: Draft) -> None:
    """The plan was reviewed."""
    draft.learn(plan_reviewed_at=draft.now)
    draft.settle(REVIEW, "done")
    oblige_plan(draft)
