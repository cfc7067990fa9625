"""Move an episode for its journey: what a person decided, or what the journey may do on its own."""

from stepwell_contracts.activities import ActionResult, ChangePhase
from stepwell_intake.domain.access import CHANGE_PHASE
from stepwell_intake.domain.decisions import DecisionState
from stepwell_intake.domain.phases import Move, check_carried_out
from stepwell_intake.store.care_tasks import move_tasks
from stepwell_intake.store.crises import check_no_open_crisis
from stepwell_intake.store.decisions import decision_under_way, settle_decision
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.usecases.move import move
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Phase
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def change_phase(tx: Transaction, message: ChangePhase) -> ActionResult:
    """Move the episode, if it still stands where the journey expects it, and settle the decision.

    An episode does not end by itself while a crisis has no disposition; the journey asks again, and what it asks for
    once more before it has heard of the end changes nothing. A transfer keeps the part of treatment and takes the open
    care tasks along, since worklists are by facility.
    Raises NotFound (`episode_not_found`), Conflict (`phase_moved_on`, `transition_not_allowed`, `not_decided`,
    `held_from_elsewhere`, `crisis_open`).
    """
    episode = await find_episode(tx, message.key.episode_id)
    tx.authorize(CHANGE_PHASE, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode.episode_id)
    if episode.phase is message.to is Phase.CLOSED:
        return ActionResult(accepted=True, subject_id=episode.episode_id)
    under_way = await decision_under_way(tx, episode.episode_id)
    carried_out = check_carried_out(episode, Move(message.expected, message.to, message.facility_id), under_way)
    if carried_out is None and message.to is Phase.CLOSED:
        await check_no_open_crisis(tx, episode.episode_id)
    if carried_out is not None:
        await settle_decision(tx, carried_out.decision_id, DecisionState.CARRIED_OUT)
    elif under_way is not None and message.to is not episode.phase:
        await settle_decision(tx, under_way.decision_id, DecisionState.SUPERSEDED)
    if message.facility_id is not None:
        await move_tasks(tx, episode.episode_id, message.facility_id)
    await move(
        tx,
        stream,
        episode,
        message.to,
        part=message.part or (episode.part if message.facility_id is not None else None),
        facility_id=message.facility_id,
        program_id=message.program_id,
        prescribed_minutes_per_week=message.prescribed_minutes_per_week,
    )
    return ActionResult(accepted=True, subject_id=episode.episode_id)
