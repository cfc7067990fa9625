"""What notifications keeps of facilities and episodes."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Unavailable
from stepwell_postgres.transaction import Transaction

KEEP_FACILITY = """
insert into ref_facility (facility_id, tenant_id, neutral_name, callback_number, zone, jurisdiction, version)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (facility_id) do update
    set neutral_name = excluded.neutral_name, callback_number = excluded.callback_number, zone = excluded.zone,
        jurisdiction = excluded.jurisdiction, version = excluded.version
    where ref_facility.version < excluded.version
"""

FIND_FACILITY = """
select facility_id, neutral_name, callback_number, zone, jurisdiction from ref_facility where facility_id = $1
"""

KEEP_EPISODE = """
insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, phase, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (episode_id) do update
    set facility_id = excluded.facility_id, phase = excluded.phase, version = excluded.version
    where ref_episode.version < excluded.version
"""

FIND_EPISODE = "select episode_id, patient_id, facility_id, phase from ref_episode where episode_id = $1"

PHASE_OF_EPISODE = "select phase from ref_episode where episode_id = $1"

FIND_FACILITY_OF_EPISODE = "select facility_id from ref_episode where episode_id = $1"

#: An episode in course before one that is over, the newest of them.
FIND_CURRENT_EPISODE = """
select episode_id, facility_id from ref_episode where patient_id = $1
order by phase in ('declined', 'closed'), episode_id desc
limit 1
"""


@dataclass(frozen=True, slots=True)
class CurrentEpisode:
    """The episode that something said by a patient is about, and where it is."""

    episode_id: UUID
    facility_id: UUID


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as patients may read it; `jurisdiction` is its state (ISO 3166-2), as far as it is known."""

    facility_id: UUID
    neutral_name: str
    callback_number: str
    zone: str
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of care: whose, where, in which phase."""

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    phase: Phase


async def keep_facility(tx: Transaction, facility: Facility, version: int) -> None:
    """Store a facility, unless a later state is known."""
    await tx.connection.execute(
        KEEP_FACILITY,
        facility.facility_id,
        tx.tenant,
        facility.neutral_name,
        facility.callback_number,
        facility.zone,
        facility.jurisdiction,
        version,
    )


async def find_facility(tx: Transaction, facility_id: UUID) -> Facility:
    """The facility; Unavailable (`facility_not_known_yet`) until its reference data have arrived."""
    row = await tx.connection.fetchrow(FIND_FACILITY, facility_id)
    if row is None:
        raise Unavailable("facility_not_known_yet", "the facility's reference data have not arrived")
    return Facility(**row)


async def keep_episode(
    tx: Transaction, episode_id: UUID, patient_id: UUID, facility_id: UUID, phase: Phase, version: int
) -> None:
    """Store what an event of that version says of the episode, unless a later one is known."""
    await tx.connection.execute(KEEP_EPISODE, episode_id, tx.tenant, patient_id, facility_id, phase, version)


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode:
    """The episode; Unavailable (`episode_not_known_yet`) until intake's event has arrived."""
    row = await tx.connection.fetchrow(FIND_EPISODE, episode_id)
    if row is None:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return Episode(**(dict(row) | {"phase": Phase(row["phase"])}))


async def phase_of_episode(tx: Transaction, episode_id: UUID) -> Phase | None:
    """The phase as far as it is known."""
    phase: str | None = await tx.connection.fetchval(PHASE_OF_EPISODE, episode_id)
    return Phase(phase) if phase else None


async def facility_of_episode(tx: Transaction, episode_id: UUID) -> UUID:
    """Where the episode is; Unavailable (`episode_not_known_yet`) until intake's event has arrived."""
    facility_id: UUID | None = await tx.connection.fetchval(FIND_FACILITY_OF_EPISODE, episode_id)
    if facility_id is None:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return facility_id


async def find_current_episode(tx: Transaction, patient_id: UUID) -> CurrentEpisode | None:
    """The patient's episode in course, else their last; None until one is known."""
    row = await tx.connection.fetchrow(FIND_CURRENT_EPISODE, patient_id)
    return CurrentEpisode(**row) if row else None


async def current_episode(tx: Transaction, patient_id: UUID) -> CurrentEpisode:
    """The same; Unavailable (`patient_not_known_yet`) until one is known."""
    episode = await find_current_episode(tx, patient_id)
    if episode is None:
        raise Unavailable("patient_not_known_yet", "intake's event about this patient has not arrived")
    return episode
