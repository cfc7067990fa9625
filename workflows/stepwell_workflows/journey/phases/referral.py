"""Referral: somebody must be reached."""

from stepwell_kernel.local_time import add_business_days
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.state import ObligationKind


def enter(draft: Draft) -> None:
    """First contact within the business days of the policy."""
    policy = draft.policy
    due_at = add_business_days(
        draft.now, policy.referral_contact_business_days, policy.zone, frozenset(policy.holidays)
    )
    draft.oblige(ObligationKind.REFERRAL_CONTACT, "referral_contact", due_at)
