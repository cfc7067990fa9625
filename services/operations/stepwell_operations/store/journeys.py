"""Journeys as rows; a caller's facilities bound every list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import JourneyRow
from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import NotFound
from stepwell_operations.store.scope import facilities_of, own, within
from stepwell_postgres.transaction import Transaction

ROW = """
select j.episode_id, j.facility_id, j.program_id, j.phase, j.part, j.since, j.changed_at, tasks.open_tasks,
       tasks.next_due
from journey j
left join lateral (
    select count(*) as open_tasks, min(t.due_at) as next_due from care_task t
    where t.episode_id = j.episode_id and t.state = 'open'
) tasks on true
"""

LIST = f"""
{ROW}
where {within("j.facility_id")} and ($3::text is null or j.phase = $3)
      and ($4::timestamptz is null
           or exists (select from care_task late where late.tenant_id = j.tenant_id and late.episode_id = j.episode_id
                      and late.state = 'open' and late.due_at < $4))
      and ($5::timestamptz is null or (j.changed_at, j.episode_id) < ($5, $6))
order by j.changed_at desc, j.episode_id desc
limit $7
"""

FIND = f"{ROW} where j.episode_id = $1"

DETAIL = """
select patient_id, opened_at, prescribed_minutes_per_week, case when phase = 'closed' then since end as closed_at
from journey where episode_id = $1
"""

ENTRIES = """
select coalesce(facts->>'phase', 'referral') as phase, max(at) as entered_at
from timeline
where patient_id = $1 and episode_id = $2
      and (type = 'referral_received'
           or type = 'episode_phase_changed' and facts->>'previous' is distinct from facts->>'phase')
group by 1
"""

#: How it came to where it stands: the phase before the present one.
PHASE_BEFORE = """
select facts->>'previous' from timeline
where patient_id = $1 and episode_id = $2 and type = 'episode_phase_changed'
      and facts->>'previous' is distinct from facts->>'phase'
order by version desc
limit 1
"""

#: The episode that this one goes on from, and those that go on from it.
LINKED = f"""
select other.episode_id, other.episode_id = mine.previous_episode_id as earlier
from journey mine
join journey other on other.tenant_id = mine.tenant_id
     and (other.episode_id = mine.previous_episode_id or other.previous_episode_id = mine.episode_id)
where {own("other.facility_id")} and mine.episode_id = $2
order by other.opened_at, other.episode_id
"""

Position = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; `overdue` keeps journeys with a task that is."""

    phase: Phase | None = None
    facility_id: UUID | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class JourneyDetail:
    """What a journey's own page needs beside its row."""

    patient_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    prescribed_minutes_per_week: int | None


@dataclass(frozen=True, slots=True)
class Linked:
    """Other episodes of the same patient, before and after this one, as far as the caller may see them."""

    earlier: UUID | None
    later: tuple[UUID, ...]


async def journeys(tx: Transaction, only: Filter, *, after: Position | None = None, most: int) -> Sequence[JourneyRow]:
    """Journeys in the caller's scope, the latest changed first, after a position in that order."""
    instant, episode_id = after or (None, None)
    late = tx.now if only.overdue else None
    scope = facilities_of(tx.caller)
    rows = await tx.connection.fetch(LIST, scope, only.facility_id, only.phase, late, instant, episode_id, most)
    return [JourneyRow(**row) for row in rows]


async def find_journey(tx: Transaction, episode_id: UUID) -> JourneyRow:
    """A journey of the tenant, whatever its facility: who asks for one is authorized for it.

    Raises NotFound (`journey_not_found`).
    """
    row = await tx.connection.fetchrow(FIND, episode_id)
    if row is None:
        raise NotFound("journey_not_found", "there is no such journey")
    return JourneyRow(**row)


async def journey_detail(tx: Transaction, episode_id: UUID) -> JourneyDetail:
    """The rest of a journey that was found."""
    row = await tx.connection.fetchrow(DETAIL, episode_id)
    if row is None:
        raise NotFound("journey_not_found", "there is no such journey")
    return JourneyDetail(**row)


async def phase_entries(tx: Transaction, patient_id: UUID, episode_id: UUID) -> Mapping[Phase, datetime]:
    """When the episode last entered each phase."""
    rows = await tx.connection.fetch(ENTRIES, patient_id, episode_id)
    return {Phase(row["phase"]): row["entered_at"] for row in rows}


async def phase_before(tx: Transaction, patient_id: UUID, episode_id: UUID) -> Phase | None:
    """The phase from which the episode came to the present one, None at its beginning."""
    phase: str | None = await tx.connection.fetchval(PHASE_BEFORE, patient_id, episode_id)
    return None if phase is None else Phase(phase)


async def linked_episodes(tx: Transaction, episode_id: UUID) -> Linked:
    """The episodes that this one is linked with by a readmission."""
    rows = await tx.connection.fetch(LINKED, facilities_of(tx.caller), episode_id)
    earlier = next((row["episode_id"] for row in rows if row["earlier"]), None)
    return Linked(earlier, tuple(row["episode_id"] for row in rows if not row["earlier"]))
