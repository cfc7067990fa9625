"""Say from whom a patient is kept apart: partners, family, co-defendants, protective orders."""

from uuid import UUID

from stepwell_contracts.http.scheduling_care import KeepApart, KeptApart
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_messaging.streams import lock_patients
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import KEEP_APART
from stepwell_scheduling.store import seating
from stepwell_scheduling.store.episodes import find_episode


async def keep_apart(tx: Transaction, episode_id: UUID, command: KeepApart) -> KeptApart:
    """Set the whole list, for both directions; sessions ahead in which they sit together are named and stay booked.

    Raises Unavailable (`episode_not_known_yet`), Invalid (`patients_not_known`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(KEEP_APART, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    wanted = frozenset(command.patient_ids)
    await lock_patients(tx, {episode.patient_id, *wanted})
    former = await seating.kept_apart_from(tx, episode.patient_id)
    await _check_known(tx, episode.patient_id, command)
    await seating.let_together(tx, episode.patient_id, former - wanted)
    await seating.keep_apart(tx, episode.patient_id, wanted - former)
    return KeptApart(
        episode_id=episode_id,
        patient_ids=tuple(sorted(wanted)),
        sessions_together=tuple(await seating.sessions_together(tx, episode.patient_id, wanted)),
    )


async def _check_known(tx: Transaction, patient_id: UUID, command: KeepApart) -> None:
    known = await seating.known_patients(tx, command.patient_ids)
    problems = [
        FieldProblem(f"patient_ids.{index}", "is the patient" if other == patient_id else "is no patient here")
        for index, other in enumerate(command.patient_ids)
        if other == patient_id or other not in known
    ]
    if problems:
        raise Invalid("patients_not_known", "keep apart other patients who are known here", fields=tuple(problems))
