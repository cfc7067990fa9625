"""What the admission gate looks at, gathered for the decision and for who asks beforehand."""

from uuid import UUID

from stepwell_intake.domain.admission import AdmissionCase, GateRule
from stepwell_intake.domain.authorization import status_on
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.assessments import newest_assessment, ratings_of
from stepwell_intake.store.authorizations import authorizations_of
from stepwell_intake.store.consents import has_consent
from stepwell_intake.store.episodes import urgency_of
from stepwell_intake.store.reference import credentials_of, find_facility, find_program
from stepwell_intake.store.rules import gate_rule, hours_rule
from stepwell_intake.store.screens import newest_screen
from stepwell_kernel.codes import Instrument
from stepwell_kernel.legal_codes import ConsentPurpose
from stepwell_postgres.transaction import Transaction

#: Withdrawal, medical and emotional conditions: what must be safe outside a hospital (ASAM Criteria).
AMBULATORY_DIMENSIONS = 3


async def admission_case(
    tx: Transaction,
    episode: Episode,
    *,
    program_id: UUID,
    prescribed_minutes_per_week: int,
    authorization_reason_code: str | None,
) -> tuple[AdmissionCase, GateRule]:
    """The case and the rule in force today. Raises Invalid (`program_not_of_facility`)."""
    facility = await find_facility(tx, episode.facility_id)
    program = await find_program(tx, episode.facility_id, program_id)
    today = facility.day_of(tx.now)
    gate = await gate_rule(tx, today)
    assessment = await newest_assessment(tx, episode.episode_id)
    case = AdmissionCase(
        decided=assessment.decided if assessment else None,
        assessor_credentials=(
            await credentials_of(tx, episode.facility_id, assessment.decided_by) if assessment else frozenset()
        ),
        consent_in_force=await has_consent(tx, episode.episode_id, ConsentPurpose.TREATMENT_PAYMENT_OPERATIONS, today),
        program_level=program.level,
        prescribed_minutes_per_week=prescribed_minutes_per_week,
        hours=await hours_rule(tx, today, gate.level, episode.age_band),
        ambulatory_ratings=(
            (await ratings_of(tx, assessment.assessment_id))[:AMBULATORY_DIMENSIONS] if assessment else ()
        ),
        suicide_screened=await newest_screen(tx, episode.episode_id, Instrument.C_SSRS) is not None,
        payer=episode.payer,
        urgency=await urgency_of(tx, episode.episode_id),
        authorization=status_on(await authorizations_of(tx, episode.episode_id), gate.level, today),
        authorization_reason_code=authorization_reason_code,
    )
    return case, gate
