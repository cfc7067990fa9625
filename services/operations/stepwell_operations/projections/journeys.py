"""Journeys: where each episode stands, from intake's events, and when it last changed, from all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_kernel.codes import Phase
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

#: Two processes may meet at a patient with events of two services; in one order they wait for each other.
LOCK = """
select from journey where patient_id = any($1::uuid[]) order by episode_id for update
"""

OPEN = """
insert into journey (tenant_id, episode_id, patient_id, previous_episode_id, facility_id, program_id, phase, part,
                     prescribed_minutes_per_week, opened_at, since, changed_at, version)
select $1, e.episode_id, e.patient_id, e.previous_id, e.facility_id, e.program_id, e.phase, e.part, e.minutes,
       e.at, e.at,
       greatest(e.at, (select max(t.at) from timeline t
                       where t.patient_id = e.patient_id and t.episode_id = e.episode_id)),
       e.version
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::integer[],
            $10::timestamptz[], $11::bigint[])
     as e (episode_id, patient_id, previous_id, facility_id, program_id, phase, part, minutes, at, version)
order by e.episode_id
on conflict do nothing
"""

MOVE = """
update journey j
set facility_id = e.facility_id, program_id = e.program_id, phase = e.phase, part = e.part,
    prescribed_minutes_per_week = e.minutes, since = coalesce(e.entered_at, j.since), version = e.version
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[],
            $8::bigint[])
     as e (episode_id, facility_id, program_id, phase, part, minutes, entered_at, version)
where j.episode_id = e.episode_id and j.version < e.version
"""

TOUCH = """
update journey j set changed_at = e.at
from unnest($1::uuid[], $2::timestamptz[]) as e (episode_id, at)
where j.episode_id = e.episode_id and j.changed_at < e.at
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an event says of where an episode stands; `entered_at` only when it entered another phase by it.

    `previous_id` is the episode before a readmission, which only its referral names.
    """

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    phase: Phase
    part: str | None
    minutes: int | None
    at: datetime
    entered_at: datetime | None
    version: int
    previous_id: UUID | None = None


async def lock_journeys(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Lock the journeys of the batch's patients until the commit."""
    patients = {UUID(one.envelope.subject) for one in incoming}
    await tx.connection.execute(LOCK, sorted(patients))


async def keep_journeys(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Open journeys that are new with the first event that places them, and move all to where the last one says."""
    first: dict[UUID, Standing] = {}
    last: dict[UUID, Standing] = {}
    for standing in _standings(incoming):
        first.setdefault(standing.episode_id, standing)
        before = last.get(standing.episode_id)
        entered = standing.entered_at or (before.entered_at if before else None)
        last[standing.episode_id] = replace(standing, entered_at=entered)
    if first:
        await _open(tx, first)
        await _move(tx, last)


async def touch_journeys(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Note the domain time of the latest event of each episode."""
    latest: dict[UUID, datetime] = {}
    for one in incoming:
        episode_id, at = one.envelope.episode, one.envelope.time
        if episode_id is not None:
            latest[episode_id] = max(latest.get(episode_id, at), at)
    if latest:
        await tx.connection.execute(TOUCH, list(latest), list(latest.values()))


def _standings(incoming: Sequence[Incoming]) -> Iterator[Standing]:
    for one in incoming:
        at, version = one.envelope.time, one.envelope.version
        match one.event:
            case ReferralReceived() as event:
                yield Standing(
                    event.episode_id,
                    event.patient_id,
                    event.facility_id,
                    event.program_id,
                    Phase.REFERRAL,
                    None,
                    None,
                    at,
                    at,
                    version,
                    event.previous_episode_id,
                )
            case EpisodePhaseChanged() as event:
                yield Standing(
                    event.episode_id,
                    event.patient_id,
                    event.facility_id,
                    event.program_id,
                    event.phase,
                    event.part,
                    event.prescribed_minutes_per_week,
                    at,
                    at if event.previous is not event.phase else None,
                    version,
                )


async def _open(tx: Transaction, first: Mapping[UUID, Standing]) -> None:
    rows = list(first.values())
    await tx.connection.execute(
        OPEN,
        tx.tenant,
        [row.episode_id for row in rows],
        [row.patient_id for row in rows],
        [row.previous_id for row in rows],
        [row.facility_id for row in rows],
        [row.program_id for row in rows],
        [row.phase for row in rows],
        [row.part for row in rows],
        [row.minutes for row in rows],
        [row.at for row in rows],
        [row.version for row in rows],
    )


async def _move(tx: Transaction, last: Mapping[UUID, Standing]) -> None:
    rows = list(last.values())
    await tx.connection.execute(
        MOVE,
        [row.episode_id for row in rows],
        [row.facility_id for row in rows],
        [row.program_id for row in rows],
        [row.phase for row in rows],
        [row.part for row in rows],
        [row.minutes for row in rows],
        [row.entered_at for row in rows],
        [row.version for row in rows],
    )
