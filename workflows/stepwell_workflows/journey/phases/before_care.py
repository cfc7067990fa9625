"""Referral, screening, admission and the waitlist: somebody must be reached, assessed, decided about.

Who is pregnant or injects comes first, with clocks of their own (45 CFR 96.126 and 96.131).
"""

from datetime import datetime, timedelta

from stepwell_kernel.codes import PriorityClass, Urgency
from stepwell_workflows.journey.care.ladder import PREGNANT
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import ObligationKind

INJECTING = frozenset({PriorityClass.INJECTING, PriorityClass.PREGNANT_INJECTING})
WAITLIST_REVIEW = "waitlist_review"


def referred(draft: Draft) -> None:
    """First contact, by how urgent the referral is."""
    draft.oblige(ObligationKind.REFERRAL_CONTACT, "referral_contact", _contact_due(draft))


def enter_screening(draft: Draft) -> None:
    """The assessment, counted from the referral."""
    draft.oblige(ObligationKind.INTAKE_ASSESSMENT, "intake_assessment", min(_clocks(draft, _intake(draft))))


def enter_admission(draft: Draft) -> None:
    """The decision, some days after the assessment, earlier for who comes first."""
    due_at = draft.now + timedelta(days=draft.policy.admission_days)
    draft.oblige(ObligationKind.ADMISSION_DECISION, "admission_decision", max(min(_clocks(draft, due_at)), draft.now))


def enter_waitlist(draft: Draft) -> None:
    """The wait is looked at every few days; who comes first gets interim services meanwhile."""
    oblige_waitlist_review(draft)
    if draft.state.priority is not PriorityClass.GENERAL:
        due_at = draft.now + timedelta(hours=draft.policy.interim_services_hours)
        draft.oblige(ObligationKind.INTERIM_SERVICES, "interim_services", due_at)


def oblige_waitlist_review(draft: Draft) -> None:
    """Look at the wait again."""
    due_at = draft.now + timedelta(days=draft.policy.waitlist_review_days)
    draft.oblige(ObligationKind.WAITLIST_REVIEW, WAITLIST_REVIEW, due_at)


def _contact_due(draft: Draft) -> datetime:
    policy = draft.policy
    match draft.state.urgency:
        case Urgency.ROUTINE:
            return draft.business_days(policy.referral_contact_business_days)
        case Urgency.URGENT:
            return draft.now + timedelta(hours=policy.urgent_contact_hours)
        case Urgency.EMERGENT:
            return draft.now + timedelta(hours=policy.emergent_intake_hours)


def _intake(draft: Draft) -> datetime:
    policy, since = draft.policy, _referred_at(draft)
    match draft.state.urgency:
        case Urgency.ROUTINE:
            return since + timedelta(days=policy.intake_days)
        case Urgency.URGENT:
            return since + timedelta(hours=policy.urgent_intake_hours)
        case Urgency.EMERGENT:
            return since + timedelta(hours=policy.emergent_intake_hours)


def _clocks(draft: Draft, usual: datetime) -> tuple[datetime, ...]:
    policy, since, priority = draft.policy, _referred_at(draft), draft.state.priority
    pregnant = (since + timedelta(hours=policy.pregnant_intake_hours),) * (priority in PREGNANT)
    injecting = (since + timedelta(days=policy.injecting_intake_days),) * (priority in INJECTING)
    return usual, *pregnant, *injecting


def _referred_at(draft: Draft) -> datetime:
    return draft.state.referred_at or draft.now
