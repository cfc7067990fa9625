"""Decide that care goes on at another facility; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import TransferDecided
from stepwell_contracts.http.intake_decisions import DecideTransfer, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_TRANSFER
from stepwell_intake.domain.decisions import Decision, DecisionKind, check_reason_code
from stepwell_intake.domain.episodes import TRANSFERABLE, check_phase
from stepwell_intake.domain.level_change import check_transfer
from stepwell_intake.store.decision_rules import reason_rule
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_intake.store.rules import hours_rule
from stepwell_intake.usecases.decide import begin_deciding, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_transfer(tx: Transaction, episode_id: UUID, command: DecideTransfer) -> DecisionRecorded:
    """Store the decision; who decides needs to be of the present facility only.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `program_of_another_level`,
    `hours_outside_level`, `crisis_open`, `decision_under_way`), Invalid (`reason_unknown`, `facility_is_present`,
    `program_not_of_facility`), Unavailable (`facility_not_known_yet`).
    """
    deciding = await begin_deciding(tx, DECIDE_TRANSFER, episode_id)
    episode = deciding.episode
    check_phase(episode, TRANSFERABLE, "transfer")
    reasons = await reason_rule(tx, deciding.today, DecisionKind.TRANSFER)
    check_reason_code(command.reason_code, reasons)
    present = await find_program(tx, episode.facility_id, episode.program_id)
    await find_facility(tx, command.facility_id)
    following = await find_program(tx, command.facility_id, command.program_id)
    minutes = command.prescribed_minutes_per_week
    hours = await hours_rule(tx, deciding.today, following.level, episode.age_band)
    check_transfer(episode.facility_id, command.facility_id, present.level, minutes, hours)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.TRANSFER,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        program_id=command.program_id,
        prescribed_minutes_per_week=minutes,
        reason_code=command.reason_code,
        facility_id=command.facility_id,
        rules=(reasons.rule, hours.rule),
    )
    event = TransferDecided(
        episode_id=episode_id,
        facility_id=command.facility_id,
        program_id=command.program_id,
        prescribed_minutes_per_week=minutes,
        reason_code=command.reason_code,
        decided_by=deciding.decided_by,
    )
    return await store_decision(tx, deciding, decision, event)
