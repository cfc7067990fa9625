"""How many journeys, tasks and messages there are of each kind, from which a page counts what each filter leads to.

A caller's facilities bound every tally.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.store.care import WaitingCount
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.messages import WITHIN as MESSAGES_WITHIN, MessageFilter
from stepwell_operations.store.scope import facilities_of
from stepwell_operations.store.worklist import OPEN as OPEN_WORK
from stepwell_postgres.transaction import Transaction

JOURNEYS = """
select j.phase, j.facility_id, late.episode_id is not null as overdue, count(*) as journeys
from journey j
left join (select distinct episode_id from care_task where state = 'open' and due_at < $2) late
     on late.episode_id = j.episode_id
where $1::uuid[] is null or j.facility_id = any($1)
group by 1, 2, 3
"""

WORK = f"""
select w.role, j.facility_id, w.escalated, count(*) as open, count(*) filter (where w.due_at < $3) as overdue
{OPEN_WORK}
group by 1, 2, 3
"""

MESSAGES = f"""
select m.state, m.template, j.facility_id, count(*) as messages from message m {MESSAGES_WITHIN} group by 1, 2, 3
"""

REPLIES = f"select m.kind, count(*) as replies from reply m {MESSAGES_WITHIN} group by 1"


@dataclass(frozen=True, slots=True)
class JourneyTally:
    """How many journeys stand in a phase at a facility with an overdue task, or without one."""

    phase: Phase
    facility_id: UUID
    overdue: bool
    journeys: int


@dataclass(frozen=True, slots=True)
class WorkTally:
    """How many tasks a role has at a facility, its own or those escalated to it, and how many of these are overdue."""

    role: Role
    facility_id: UUID
    escalated: bool
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class MessageTally:
    """How many messages of a template to patients of a facility got to a state."""

    state: MessageState
    template: MessageTemplate
    facility_id: UUID
    messages: int


async def journey_tallies(tx: Transaction) -> Sequence[JourneyTally]:
    """Journeys in the caller's scope."""
    rows = await tx.connection.fetch(JOURNEYS, facilities_of(tx.caller), tx.now)
    return [JourneyTally(Phase(r["phase"]), r["facility_id"], r["overdue"], r["journeys"]) for r in rows]


async def work_tallies(tx: Transaction) -> Sequence[WorkTally]:
    """Open tasks in the caller's scope; an escalated one counts for each of its roles."""
    rows = await tx.connection.fetch(WORK, facilities_of(tx.caller), None, tx.now)
    return [WorkTally(Role(r["role"]), r["facility_id"], r["escalated"], r["open"], r["overdue"]) for r in rows]


async def message_tallies(tx: Transaction, episode_id: UUID | None) -> Sequence[MessageTally]:
    """Messages in the caller's scope, of all episodes or one."""
    rows = await tx.connection.fetch(MESSAGES, facilities_of(tx.caller), None, episode_id)
    return [
        MessageTally(MessageState(r["state"]), MessageTemplate(r["template"]), r["facility_id"], r["messages"])
        for r in rows
    ]


async def count_replies(tx: Transaction, only: MessageFilter) -> Mapping[ReplyKind, int]:
    """How many replies of each kind there are in the caller's scope, whatever state and template the filter names."""
    rows = await tx.connection.fetch(REPLIES, facilities_of(tx.caller), only.facility_id, only.episode_id)
    return {ReplyKind(row["kind"]): row["replies"] for row in rows}


def count_journeys_of(tallies: Sequence[JourneyTally], only: Filter) -> int:
    """How many journeys a filter leads to."""
    return sum(
        tally.journeys
        for tally in tallies
        if only.phase in (None, tally.phase)
        and only.facility_id in (None, tally.facility_id)
        and (tally.overdue or not only.overdue)
    )


def count_messages_of(tallies: Sequence[MessageTally], only: MessageFilter) -> int:
    """How many messages a filter leads to."""
    return sum(
        tally.messages
        for tally in tallies
        if only.state in (None, tally.state)
        and only.template in (None, tally.template)
        and only.facility_id in (None, tally.facility_id)
    )


def count_work_of(tallies: Sequence[WorkTally], role: Role | None, facility_id: UUID | None) -> WaitingCount:
    """How many open tasks a role has at a facility; for all roles together each task counts once."""
    kept = [
        tally
        for tally in tallies
        if (tally.role == role if role else not tally.escalated) and facility_id in (None, tally.facility_id)
    ]
    return WaitingCount(sum(tally.open for tally in kept), sum(tally.overdue for tally in kept))
