"""The episodes that scheduling knows."""

from datetime import date
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Phase, PriorityClass
from stepwell_kernel.errors import Unavailable
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import Episode

KEEP = """
insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, program_id, age_band, phase,
                         prescribed_minutes_per_week, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (episode_id) do update
    set facility_id = excluded.facility_id, program_id = excluded.program_id, age_band = excluded.age_band,
        phase = excluded.phase, prescribed_minutes_per_week = excluded.prescribed_minutes_per_week,
        version = excluded.version
    where ref_episode.version < excluded.version
"""

FIND = """
select episode_id, patient_id, facility_id, program_id, age_band, phase, prescribed_minutes_per_week
from ref_episode
where episode_id = $1
"""


KEEP_PRIORITY = "update ref_episode set priority = $2 where episode_id = $1"

FIND_PRIORITY = "select priority from ref_episode where episode_id = $1"

FIND_WEEKS_FROM = "select weeks_from from ref_episode where episode_id = $1"


async def keep_episode(tx: Transaction, episode: Episode, version: int) -> None:
    """Store what an event of that version says of the episode, unless a later one is known."""
    await tx.connection.execute(
        KEEP,
        episode.episode_id,
        tx.tenant,
        episode.patient_id,
        episode.facility_id,
        episode.program_id,
        episode.age_band,
        episode.phase,
        episode.prescribed_minutes_per_week,
        version,
    )


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode:
    """The episode; Unavailable (`episode_not_known_yet`) until intake's event has arrived."""
    episode = await known_episode(tx, episode_id)
    if episode is None:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return episode


async def known_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    """The episode, if an event about it has arrived."""
    row = await tx.connection.fetchrow(FIND, episode_id)
    if row is None:
        return None
    return Episode(
        row["episode_id"],
        row["patient_id"],
        row["facility_id"],
        row["program_id"],
        AgeBand(row["age_band"]),
        Phase(row["phase"]),
        row["prescribed_minutes_per_week"],
    )


async def keep_priority(tx: Transaction, episode_id: UUID, priority: PriorityClass) -> None:
    """Store to which priority population the patient belongs."""
    await tx.connection.execute(KEEP_PRIORITY, episode_id, priority)


async def priority_of(tx: Transaction, episode_id: UUID) -> PriorityClass:
    """The priority population of an episode that is known."""
    return PriorityClass(await tx.connection.fetchval(FIND_PRIORITY, episode_id))


async def weeks_from(tx: Transaction, episode_id: UUID) -> date | None:
    """The local day from which the weeks of the episode count; None before treatment."""
    day: date | None = await tx.connection.fetchval(FIND_WEEKS_FROM, episode_id)
    return day
