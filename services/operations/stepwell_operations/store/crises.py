"""Open crises, each with the page about it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from stepwell_contracts.http.operations import CrisisRow, PageRow
from stepwell_contracts.http.task_commands import CLOSE_CRISIS
from stepwell_operations.store.scope import facilities_of, within
from stepwell_postgres.transaction import Transaction

#: A crisis has one page; should there ever be more, the latest counts.
OPEN = f"""
select c.crisis_id, c.episode_id, j.facility_id, c.raised_at, p.page_id, p.state, p.level, p.changed_at, p.unanswered_at
from crisis c
join journey j on j.tenant_id = c.tenant_id and j.episode_id = c.episode_id
left join lateral (
    select page_id, state, level, changed_at, unanswered_at from page
    where page.tenant_id = c.tenant_id and page.crisis_id = c.crisis_id
    order by version desc limit 1
) p on true
where c.state = 'open' and {within("j.facility_id")} and ($3::uuid is null or c.episode_id = $3)
order by c.raised_at, c.crisis_id
"""


async def open_crises(
    tx: Transaction, *, facility_id: UUID | None = None, episode_id: UUID | None = None
) -> Sequence[CrisisRow]:
    """Open crises in the caller's scope, at a facility or of an episode; the longest open first."""
    rows = await tx.connection.fetch(OPEN, facilities_of(tx.caller), facility_id, episode_id)
    return [_crisis(dict(row)) for row in rows]


def _crisis(row: Mapping[str, Any]) -> CrisisRow:
    page = None if row["page_id"] is None else PageRow(**{name: row[name] for name in PageRow.model_fields})
    return CrisisRow(
        crisis_id=row["crisis_id"],
        episode_id=row["episode_id"],
        facility_id=row["facility_id"],
        raised_at=row["raised_at"],
        page=page,
        command=CLOSE_CRISIS.format(episode_id=row["episode_id"], crisis_id=row["crisis_id"]),
    )
