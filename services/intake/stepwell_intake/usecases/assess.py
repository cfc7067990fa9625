"""Assess the level of care: the rule recommends, the clinician decides."""

from uuid import UUID

from stepwell_contracts.events.intake import LevelOfCareDecided
from stepwell_contracts.http.intake import Assess, Assessed
from stepwell_intake.domain.access import ASSESS, READ_IDENTITY, override_placement, staff_of
from stepwell_intake.domain.age import age_band
from stepwell_intake.domain.episodes import ASSESSABLE, BEFORE_ADMISSION, Episode, check_phase
from stepwell_intake.domain.placement import PlacementRule, Ratings, check_reason, override_role, recommend
from stepwell_intake.store.assessments import Assessment, insert_assessment
from stepwell_intake.store.episodes import find_episode, store_age_band
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import age_rule, placement_rules
from stepwell_intake.usecases.move import move
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import LevelOfCare, Phase
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def assess(tx: Transaction, identities: Identities, episode_id: UUID, command: Assess) -> Assessed:
    """Store ratings, recommendation and decision.

    Before the admission the level of the program admits and another one declines; later the assessment is a review,
    which moves nothing: a change of level is a decision of its own.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`), Invalid (`reason_missing`), Forbidden
    (`not_granted`) for less care than recommended where the rule names who may decide so.
    """
    episode = await find_episode(tx, episode_id)
    resource = Resource(tx.tenant, "episode", episode_id, episode.facility_id)
    tx.authorize(ASSESS, resource)
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, ASSESSABLE, "assessment")
    ratings = Ratings(tuple(command.ratings.model_dump().values()))
    rule = await _recommended(tx, episode, ratings)
    check_reason(rule, command.decided, command.reason_code)
    if (role := override_role(rule, command.decided)) is not None:
        tx.authorize(override_placement(role), resource)
    episode = await _with_age_band(tx, identities, episode)
    assessment = Assessment(new_id(), command.decided, decided_by)
    await insert_assessment(
        tx,
        assessment,
        episode_id=episode_id,
        ratings=ratings,
        recommended=rule,
        reason_code=command.reason_code,
    )
    event = LevelOfCareDecided(
        episode_id=episode_id,
        assessment_id=assessment.assessment_id,
        recommended=rule.level,
        decided=command.decided,
        rule_version=str(rule.rule),
        reason_code=command.reason_code,
        decided_by=decided_by,
    )
    tx.emit(stream, event, episode_id=episode_id)
    to = await _next_phase(tx, episode, command.decided)
    if to is not episode.phase:
        episode = await move(tx, stream, episode, to)
    return Assessed(
        assessment_id=assessment.assessment_id,
        recommended=rule.level,
        decided=command.decided,
        rule_version=str(rule.rule),
        phase=episode.phase,
    )


async def _recommended(tx: Transaction, episode: Episode, ratings: Ratings) -> PlacementRule:
    facility = await find_facility(tx, episode.facility_id)
    return recommend(ratings, await placement_rules(tx, facility.day_of(tx.now)))


async def _with_age_band(tx: Transaction, identities: Identities, episode: Episode) -> Episode:
    """The band on the day of the assessment: somebody may have come of age since the referral."""
    tx.authorize(READ_IDENTITY, Resource(tx.tenant, "patient", episode.patient_id, episode.facility_id))
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    band = age_band(await identities.born_on(tx, episode.patient_id), today, await age_rule(tx, today))
    if band is not episode.age_band:
        await store_age_band(tx, episode.episode_id, band)
    return await find_episode(tx, episode.episode_id)


async def _next_phase(tx: Transaction, episode: Episode, decided: LevelOfCare) -> Phase:
    if episode.phase not in BEFORE_ADMISSION:
        return episode.phase
    program = await find_program(tx, episode.facility_id, episode.program_id)
    return Phase.ADMISSION if decided is program.level else Phase.DECLINED
