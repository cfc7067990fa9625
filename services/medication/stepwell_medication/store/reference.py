"""What medication keeps of episodes and facilities."""

from uuid import UUID

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Unavailable
from stepwell_medication.domain.episodes import Episode
from stepwell_postgres.transaction import Transaction

KEEP_EPISODE = """
insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, phase, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (episode_id) do update
    set facility_id = excluded.facility_id, phase = excluded.phase, version = excluded.version
    where ref_episode.version < excluded.version
"""

FIND_EPISODE = "select episode_id, patient_id, facility_id, phase from ref_episode where episode_id = $1"

KEEP_FACILITY = """
insert into ref_facility (facility_id, tenant_id, zone, version) values ($1, $2, $3, $4)
on conflict (facility_id) do update set zone = excluded.zone, version = excluded.version
    where ref_facility.version < excluded.version
"""

FIND_ZONE = "select zone from ref_facility where facility_id = $1"


async def keep_episode(tx: Transaction, episode: Episode, version: int) -> None:
    """Store what an event of that version says of the episode, unless a later one is known."""
    await tx.connection.execute(
        KEEP_EPISODE,
        episode.episode_id,
        tx.tenant,
        episode.patient_id,
        episode.facility_id,
        episode.phase,
        version,
    )


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode:
    """The episode; Unavailable (`episode_not_known_yet`) until intake's event has arrived."""
    row = await tx.connection.fetchrow(FIND_EPISODE, episode_id)
    if row is None:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return Episode(row["episode_id"], row["patient_id"], row["facility_id"], Phase(row["phase"]))


async def keep_facility(tx: Transaction, facility_id: UUID, zone: str, version: int) -> None:
    """Store a facility's zone, unless a later one is known."""
    await tx.connection.execute(KEEP_FACILITY, facility_id, tx.tenant, zone, version)


async def find_zone(tx: Transaction, facility_id: UUID) -> str:
    """The zone of a facility; Unavailable (`facility_not_known_yet`) until its reference data have arrived."""
    zone: str | None = await tx.connection.fetchval(FIND_ZONE, facility_id)
    if zone is None:
        raise Unavailable("facility_not_known_yet", "the facility's reference data have not arrived")
    return zone
