"""Pages and the ledger of their calls."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import NotFound
from stepwell_notifications.domain.on_call import OnCall
from stepwell_notifications.domain.pages import Call, Page
from stepwell_postgres.transaction import Transaction

COLUMNS = """page_id, facility_id, episode_id, patient_id, about, state, round, level, call_id, raised_at,
    acknowledge_by, acknowledged_by, acknowledged_at"""

INSERT = """
insert into page (page_id, tenant_id, facility_id, episode_id, patient_id, about, state, round, level, call_id,
                  rule_version, raised_at, acknowledge_by)
values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11, $12)
on conflict do nothing
returning true
"""

FIND = f"select {COLUMNS} from page where page_id = $1"

ABOUT = f"select {COLUMNS} from page where about = $1"

#: About a reply, with what became of its answer.
VIEW = """
select page_id, episode_id, facility_id, about, page.state, round, level, raised_at, acknowledge_by, acknowledged_by,
       acknowledged_at, closed_at, answer.state as answer_state, answer.reason_code as answer_reason_code,
       answer.delivered_at as answer_delivered_at
from page left join answer on answer.reply_id = page.about
"""

OF_EPISODE = f"{VIEW} where episode_id = $1 order by raised_at, page_id"

OF_NOBODY = f"""
{VIEW} where facility_id = $1 and episode_id is null and page.state = $2 order by raised_at, page_id
"""

OPEN = f"""
select {COLUMNS} from page
where facility_id = $1 and state = 'open' and ($2::timestamptz is null or acknowledge_by < $2)
      and (acknowledge_by, page_id) > ($3, $4)
order by acknowledge_by, page_id
limit $5
"""

CALLING_NOBODY = f"""
select {COLUMNS} from page where facility_id = $1 and state = 'open' and level = 0 order by page_id
"""

CALL = "update page set round = $2, level = $3, call_id = $4, rule_version = $5 where page_id = $1"

ACKNOWLEDGE = "update page set state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3 where page_id = $1"

CLOSE = "update page set state = 'closed', closed_at = $2 where page_id = $1"

ATTEMPT = """
insert into page_attempt (call_id, number, tenant_id, page_id, level, staff_id, roster_version, channel)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 from page_attempt where call_id = $1
returning number, exists (
    select from page_attempt before where before.call_id = $1 and before.outcome is null
) as repeats
"""

ATTEMPT_ENDED = """
update page_attempt set ended_at = clock_timestamp(), outcome = $3, provider_id = $4, address_hash = $5
where call_id = $1 and number = $2
"""


def _page(row: asyncpg.Record) -> Page:
    return Page(
        page_id=row["page_id"],
        facility_id=row["facility_id"],
        episode_id=row["episode_id"],
        patient_id=row["patient_id"],
        about=row["about"],
        state=row["state"],
        call=Call(row["round"], row["level"]),
        call_id=row["call_id"],
        raised_at=row["raised_at"],
        acknowledge_by=row["acknowledge_by"],
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=row["acknowledged_at"],
    )


async def insert_page(tx: Transaction, page: Page, rule_version: str) -> bool:
    """Store a page; False when it, or another about the same, is there already."""
    return bool(
        await tx.connection.fetchval(
            INSERT,
            page.page_id,
            tx.tenant,
            page.facility_id,
            page.episode_id,
            page.patient_id,
            page.about,
            page.call.round,
            page.call.level,
            page.call_id,
            rule_version,
            page.raised_at,
            page.acknowledge_by,
        )
    )


async def find_page(tx: Transaction, page_id: UUID) -> Page:
    """The page, or NotFound."""
    row = await tx.connection.fetchrow(FIND, page_id)
    if row is None:
        raise NotFound("page_not_found", "there is no such page")
    return _page(row)


async def page_about(tx: Transaction, about: UUID) -> Page | None:
    """The page about a crisis or a reply, if it was raised."""
    row = await tx.connection.fetchrow(ABOUT, about)
    return None if row is None else _page(row)


async def pages_of_episode(tx: Transaction, episode_id: UUID) -> Sequence[asyncpg.Record]:
    """All pages of an episode, in the order in which they were raised."""
    return await tx.connection.fetch(OF_EPISODE, episode_id)


async def pages_about_nobody(tx: Transaction, facility_id: UUID, state: str) -> Sequence[asyncpg.Record]:
    """A facility's pages in a state about replies of nobody known, in the order in which they were raised."""
    return await tx.connection.fetch(OF_NOBODY, facility_id, state)


async def open_pages(
    tx: Transaction, facility_id: UUID, due_before: datetime | None, after: tuple[datetime, UUID], most: int
) -> Sequence[Page]:
    """Pages of a facility that nobody has taken over, after a position, by when somebody should have."""
    return [_page(row) for row in await tx.connection.fetch(OPEN, facility_id, due_before, *after, most)]


async def pages_calling_nobody(tx: Transaction, facility_id: UUID) -> Sequence[Page]:
    """Open pages of a facility that had no roster when they last looked for one."""
    return [_page(row) for row in await tx.connection.fetch(CALLING_NOBODY, facility_id)]


async def store_call(tx: Transaction, page_id: UUID, call: Call, rule_version: str) -> None:
    """Store who is called now."""
    await tx.connection.execute(CALL, page_id, call.round, call.level, call.id(page_id), rule_version)


async def mark_acknowledged(tx: Transaction, page_id: UUID, staff_id: UUID) -> None:
    """Store who took the page over."""
    await tx.connection.execute(ACKNOWLEDGE, page_id, staff_id, tx.now)


async def mark_closed(tx: Transaction, page_id: UUID) -> None:
    """Store that the crisis is over."""
    await tx.connection.execute(CLOSE, page_id, tx.now)


async def begin_call(tx: Transaction, page: Page, person: OnCall, roster_version: int) -> tuple[int, bool]:
    """Enter an attempt at the call into the ledger: its number, and whether an earlier one has no outcome."""
    (row,) = await tx.connection.fetch(
        ATTEMPT,
        page.call_id,
        tx.tenant,
        page.page_id,
        page.call.level,
        person.staff_id,
        roster_version,
        person.channel,
    )
    return row["number"], row["repeats"]


async def end_call(
    tx: Transaction, call_id: UUID, number: int, outcome: str, provider_id: str | None, address_hash: bytes
) -> None:
    """Enter what became of an attempt at a call."""
    await tx.connection.execute(ATTEMPT_ENDED, call_id, number, outcome, provider_id, address_hash)
