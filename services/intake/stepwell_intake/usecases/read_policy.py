"""The deadline rules of a program, for its journeys."""

from stepwell_contracts.activities import JourneyPolicy, ReadPolicy
from stepwell_intake.domain.access import READ_POLICY
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import deadline_rule
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction


async def read_policy(tx: Transaction, question: ReadPolicy) -> JourneyPolicy:
    """The rules in force at the instant, with zone and holidays, as one document.

    Raises Unavailable (`facility_not_known_yet`), Invalid (`program_not_of_facility`).
    """
    tx.authorize(READ_POLICY, Resource(tx.tenant, "facility", question.facility_id, question.facility_id))
    facility = await find_facility(tx, question.facility_id)
    program = await find_program(tx, question.facility_id, question.program_id)
    rule = await deadline_rule(tx, facility.day_of(question.as_of), program.program_type)
    return JourneyPolicy(
        version=f"{rule.jurisdiction}/{rule.program_type}/{rule.version}+{facility.version}",
        zone=facility.zone,
        holidays=facility.holidays,
        referral_contact_business_days=rule.referral_contact_business_days,
        escalation_hours=rule.escalation_hours,
        week_close_after_hours=rule.week_close_after_hours,
        skills_after_weeks=rule.skills_after_weeks,
        consolidate_after_weeks=rule.consolidate_after_weeks,
        step_down_review_weeks=rule.step_down_review_weeks,
        aftercare_check_days=rule.aftercare_check_days,
        aftercare_days=rule.aftercare_days,
    )
