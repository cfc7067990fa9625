"""What decisions have in common: one at a time, none in a crisis, each with its rules; the journey does the rest."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.http.intake_decisions import DecisionRecorded
from stepwell_intake.domain.access import staff_of
from stepwell_intake.domain.decisions import (
    Decision,
    DecisionKind,
    DecisionState,
    check_none_under_way,
    check_reason_code,
)
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.care_tasks import rejected_at
from stepwell_intake.store.crises import check_no_open_crisis
from stepwell_intake.store.decision_rules import reason_rule
from stepwell_intake.store.decisions import decision_under_way, insert_decision, settle_decision
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import Facility, find_facility
from stepwell_kernel.access import Action, Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction


@dataclass(frozen=True, slots=True)
class Deciding:
    """An episode that a member of staff decides about, its stream locked, on a local day of its facility."""

    episode: Episode
    facility: Facility
    resource: Resource
    stream: Stream
    decided_by: UUID
    today: date


async def begin_deciding(tx: Transaction, action: Action, episode_id: UUID) -> Deciding:
    """The episode as it stands under the lock.

    Raises NotFound (`episode_not_found`), Forbidden, Unavailable (`facility_not_known_yet`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(action, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    facility = await find_facility(tx, episode.facility_id)
    return Deciding(
        episode=episode,
        facility=facility,
        resource=Resource(tx.tenant, "episode", episode_id, episode.facility_id),
        stream=stream,
        decided_by=decided_by,
        today=facility.day_of(tx.now),
    )


async def stated_reason(
    tx: Transaction, deciding: Deciding, kind: DecisionKind, reason_code: str | None
) -> tuple[RuleVersion, ...]:
    """The rule that a reason was checked against, where one was given.

    Raises Invalid (`reason_unknown`), Conflict (`reason_refused`).
    """
    if reason_code is None:
        return ()
    rule = await reason_rule(tx, deciding.today, kind)
    check_reason_code(reason_code, rule)
    return (rule.rule,)


async def store_decision(tx: Transaction, deciding: Deciding, decision: Decision, event: Event) -> DecisionRecorded:
    """Store the decision and tell it; one that stalled gives way to it.

    Raises Conflict (`crisis_open`, `decision_under_way`).
    """
    await check_no_open_crisis(tx, decision.episode_id, reason=decision.reason)
    under_way = await decision_under_way(tx, decision.episode_id)
    check_none_under_way(under_way, await rejected_at(tx, decision.episode_id), reason=decision.reason)
    if under_way is not None:
        await settle_decision(tx, under_way.decision_id, DecisionState.SUPERSEDED)
    await insert_decision(tx, decision)
    tx.emit(deciding.stream, event, episode_id=decision.episode_id)
    return DecisionRecorded(episode_id=decision.episode_id, decision_id=decision.decision_id)
