"""Draws of drug tests, with all that it takes to draw again."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import NotFound
from stepwell_kernel.local_time import local_at
from stepwell_medication.domain.draws import Candidate, Chance
from stepwell_medication.domain.episodes import Facility
from stepwell_postgres.transaction import Transaction

CANDIDATES = """
select e.episode_id, e.patient_id, e.phase, coalesce(e.phase_from, e.treated_from) as since, max(t.day) as last_test_on
from ref_episode e
left join drug_test t on t.episode_id = e.episode_id and (t.not_collected is null or t.not_collected <> 'called_off')
where e.facility_id = $1 and e.phase in ('treatment', 'step_down')
      and coalesce(e.phase_from, e.treated_from) is not null
group by e.episode_id
"""

PHASE_FROM = "update ref_episode set phase_from = $3 where episode_id = $1 and version = $2"

INSERT = """
insert into drug_test_draw (draw_id, tenant_id, facility_id, day, seed, pool, selected, rule_version, drawn_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (facility_id, day) do nothing
returning true
"""

FIND = """
select draw_id, facility_id, day, seed, pool, selected, rule_version, drawn_at
from drug_test_draw where facility_id = $1 and day = $2
"""

TESTS_OF = "select test_id from drug_test where draw_id = $1 order by test_id"


async def note_phase(tx: Transaction, episode_id: UUID, version: int, since: datetime) -> None:
    """The event of that version, if it is the last known, began a phase."""
    await tx.connection.execute(PHASE_FROM, episode_id, version, since)


async def draw_candidates(tx: Transaction, facility: Facility) -> Sequence[Candidate]:
    """The episodes in care at a facility, with the local day on which the phase began and that of the last test."""
    rows = await tx.connection.fetch(CANDIDATES, facility.facility_id)
    return [
        Candidate(
            episode_id=row["episode_id"],
            patient_id=row["patient_id"],
            phase=Phase(row["phase"]),
            since=local_at(row["since"], facility.zone).date(),
            last_test_on=row["last_test_on"],
        )
        for row in rows
    ]


async def insert_draw(
    tx: Transaction,
    draw_id: UUID,
    facility_id: UUID,
    day: date,
    *,
    seed: str,
    pool: Sequence[Chance],
    selected: Sequence[UUID],
    rule_version: str,
) -> bool:
    """Store a draw; False when the day was drawn for before."""
    chances = [{"episode_id": str(one.episode_id), "lots": one.lots} for one in pool]
    return bool(
        await tx.connection.fetchval(
            INSERT, draw_id, tx.tenant, facility_id, day, seed, chances, selected, rule_version, tx.now
        )
    )


async def find_draw(tx: Transaction, facility_id: UUID, day: date) -> asyncpg.Record:
    """The draw of a day, or NotFound."""
    row = await tx.connection.fetchrow(FIND, facility_id, day)
    if row is None:
        raise NotFound("draw_not_found", "the day was not drawn for")
    return row


async def was_drawn(tx: Transaction, facility_id: UUID, day: date) -> bool:
    """Whether the day was drawn for."""
    return await tx.connection.fetchrow(FIND, facility_id, day) is not None


async def tests_of_draw(tx: Transaction, draw_id: UUID) -> tuple[UUID, ...]:
    """The tests that a draw selected."""
    return tuple(row["test_id"] for row in await tx.connection.fetch(TESTS_OF, draw_id))
