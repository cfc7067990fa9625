"""Pages about crises: whom they reached in the roster, and whether somebody took the crisis over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.notifications import PageAcknowledged, PageSent, PageUnanswered
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into page (tenant_id, page_id, episode_id, crisis_id, state, level, changed_at, unanswered_at, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::timestamptz[], $8::timestamptz[],
            $9::bigint[]) as e
order by 2
on conflict (tenant_id, page_id) do update
    set state = excluded.state, level = coalesce(excluded.level, page.level), changed_at = excluded.changed_at,
        unanswered_at = coalesce(excluded.unanswered_at, page.unanswered_at), version = excluded.version
    where page.version < excluded.version
"""


@dataclass(frozen=True, slots=True)
class Paging:
    """What the events of a batch say of a page: its last state, and what came before as far as it still counts."""

    page_id: UUID
    episode_id: UUID
    crisis_id: UUID
    state: str
    level: int | None
    changed_at: datetime
    unanswered_at: datetime | None
    version: int


async def keep_pages(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Bring each page to where its last event puts it."""
    last: dict[UUID, Paging] = {}
    for one in incoming:
        said = _said(one)
        if said is None:
            continue
        before = last.get(said.page_id)
        if before is not None:
            level, unanswered_at = said.level or before.level, said.unanswered_at or before.unanswered_at
            said = replace(said, level=level, unanswered_at=unanswered_at)
        last[said.page_id] = said
    if last:
        await _keep(tx, list(last.values()))


def _said(one: Incoming) -> Paging | None:
    at, version = one.envelope.time, one.envelope.version
    match one.event:
        case PageSent() as event:
            return Paging(event.page_id, event.episode_id, event.about, "sent", event.level, at, None, version)
        case PageAcknowledged() as event:
            return Paging(event.page_id, event.episode_id, event.about, "acknowledged", None, at, None, version)
        case PageUnanswered() as event:
            return Paging(event.page_id, event.episode_id, event.about, "unanswered", None, at, at, version)
        case _:
            return None


async def _keep(tx: Transaction, rows: Sequence[Paging]) -> None:
    await tx.connection.execute(
        KEEP,
        tx.tenant,
        [row.page_id for row in rows],
        [row.episode_id for row in rows],
        [row.crisis_id for row in rows],
        [row.state for row in rows],
        [row.level for row in rows],
        [row.changed_at for row in rows],
        [row.unanswered_at for row in rows],
        [row.version for row in rows],
    )
