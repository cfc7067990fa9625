"""Episodes of care: the truth about the phase."""

from uuid import UUID

import asyncpg

from stepwell_intake.domain.episodes import Episode
from stepwell_kernel.codes import AgeBand, PayerKind, Phase, PriorityClass, ReferralSource, TreatmentPart, Urgency
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction

COLUMNS = """episode_id, patient_id, facility_id, program_id, age_band, phase, part, prescribed_minutes_per_week,
       received_at, held_from, priority, payer, previous_episode_id"""

INSERT = """
insert into episode (episode_id, tenant_id, patient_id, facility_id, program_id, source, urgency, age_band, phase,
                     received_at, phase_since, priority, payer, previous_episode_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13)
"""

FIND = f"select {COLUMNS} from episode where episode_id = $1"

URGENCY = "select urgency from episode where episode_id = $1"

OF_PATIENT = f"select {COLUMNS} from episode where patient_id = $1 order by received_at desc, episode_id desc"

CONTACTED = "update episode set contacted_at = $2, contacted_by = $3, spoke_with = $4 where episode_id = $1"

AGED = "update episode set age_band = $2 where episode_id = $1"

MOVE = """
update episode
set phase = $2, part = $3, facility_id = $4, program_id = $5, prescribed_minutes_per_week = $6, held_from = $7,
    phase_since = case when phase = $2 then phase_since else $8 end,
    closed_at = case when $2 = 'closed' then $8 end
where episode_id = $1
"""


async def insert_episode(tx: Transaction, episode: Episode, *, source: ReferralSource, urgency: Urgency) -> None:
    """Store a new episode with what the referral says of itself."""
    await tx.connection.execute(
        INSERT,
        episode.episode_id,
        tx.tenant,
        episode.patient_id,
        episode.facility_id,
        episode.program_id,
        source,
        urgency,
        episode.age_band,
        episode.phase,
        episode.received_at,
        episode.priority,
        episode.payer,
        episode.previous_episode_id,
    )


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode:
    """The episode, or NotFound."""
    row = await tx.connection.fetchrow(FIND, episode_id)
    if row is None:
        raise NotFound("episode_not_found", "there is no such episode")
    return _episode(row)


async def urgency_of(tx: Transaction, episode_id: UUID) -> Urgency:
    """How soon the referral of an episode that exists had to be reached."""
    return Urgency(await tx.connection.fetchval(URGENCY, episode_id))


async def episodes_of(tx: Transaction, patient_id: UUID) -> list[Episode]:
    """The episodes of a patient, the newest first; NotFound for a patient who has none."""
    rows = await tx.connection.fetch(OF_PATIENT, patient_id)
    if not rows:
        raise NotFound("patient_not_found", "there is no such patient")
    return [_episode(row) for row in rows]


async def store_first_contact(tx: Transaction, episode_id: UUID, contacted_by: UUID, spoke_with: str) -> None:
    """Store who reached whom."""
    await tx.connection.execute(CONTACTED, episode_id, tx.now, contacted_by, spoke_with)


async def store_age_band(tx: Transaction, episode_id: UUID, age_band: AgeBand) -> None:
    """Store the band on the date of service."""
    await tx.connection.execute(AGED, episode_id, age_band)


async def store_move(tx: Transaction, episode: Episode) -> None:
    """Store where the episode stands now."""
    await tx.connection.execute(
        MOVE,
        episode.episode_id,
        episode.phase,
        episode.part,
        episode.facility_id,
        episode.program_id,
        episode.prescribed_minutes_per_week,
        episode.held_from,
        tx.now,
    )


def _episode(row: asyncpg.Record) -> Episode:
    return Episode(
        episode_id=row["episode_id"],
        patient_id=row["patient_id"],
        facility_id=row["facility_id"],
        program_id=row["program_id"],
        age_band=AgeBand(row["age_band"]),
        phase=Phase(row["phase"]),
        part=TreatmentPart(row["part"]) if row["part"] else None,
        prescribed_minutes_per_week=row["prescribed_minutes_per_week"],
        received_at=row["received_at"],
        held_from=Phase(row["held_from"]) if row["held_from"] else None,
        priority=PriorityClass(row["priority"]),
        payer=PayerKind(row["payer"]) if row["payer"] else None,
        previous_episode_id=row["previous_episode_id"],
    )
