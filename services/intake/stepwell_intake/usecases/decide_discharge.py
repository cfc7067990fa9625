"""Decide the discharge; the journey carries it out."""

from uuid import UUID

from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.http.intake_decisions import DecideDischarge, DecisionRecorded
from stepwell_intake.domain.access import DECIDE_DISCHARGE
from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.discharge import check_days, check_fields, check_referrals
from stepwell_intake.domain.episodes import DISCHARGEABLE, check_phase
from stepwell_intake.store.decision_rules import discharge_rule
from stepwell_intake.usecases.decide import begin_deciding, stated_reason, store_decision
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Transaction


async def decide_discharge(tx: Transaction, episode_id: UUID, command: DecideDischarge) -> DecisionRecorded:
    """Store the decision with everything that its reason asks for.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`, `reason_refused`, `crisis_open`,
    `decision_under_way`), Invalid (`discharge_day_impossible`, `discharge_incomplete`, `referrals_contradict`,
    `reason_unknown`).
    """
    deciding = await begin_deciding(tx, DECIDE_DISCHARGE, episode_id)
    check_phase(deciding.episode, DISCHARGEABLE, "discharge")
    referred_on = deciding.facility.day_of(deciding.episode.received_at)
    check_days(command.last_contact_on, command.clinical_review_on, referred_on, deciding.today)
    check_referrals(command.referrals)
    reasons = await stated_reason(tx, deciding, DecisionKind.DISCHARGE, command.reason_code)
    rule = await discharge_rule(tx, deciding.today, command.reason)
    check_fields(_stated(command), rule)
    decision = Decision(
        decision_id=new_id(),
        episode_id=episode_id,
        kind=DecisionKind.DISCHARGE,
        decided_by=deciding.decided_by,
        decided_at=tx.now,
        reason=command.reason,
        last_contact_on=command.last_contact_on,
        reason_code=command.reason_code,
        rules=(rule.rule, *reasons),
        particulars=command.model_dump(
            mode="json", exclude={"reason", "last_contact_on", "reason_code"}, exclude_defaults=True
        ),
    )
    event = DischargeDecided(
        episode_id=episode_id,
        reason=command.reason,
        last_contact_on=command.last_contact_on,
        level_at_discharge=command.level_at_discharge,
        decided_by=deciding.decided_by,
    )
    return await store_decision(tx, deciding, decision, event)


def _stated(command: DecideDischarge) -> dict[str, object]:
    """What the command states, by path."""
    plain = {name: getattr(command, name) for name in type(command).model_fields if name != "outcomes"}
    outcomes = {f"outcomes.{name}": value for name, value in command.outcomes}
    return plain | outcomes
