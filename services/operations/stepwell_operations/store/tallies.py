"""How many journeys, tasks and messages there are of each kind, from which every view counts what it tells.

A caller's facilities bound every tally. A facility that is chosen narrows it; without one it tells of each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.http.operations import RoleCount
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_operations.domain.messages import MessageState
from stepwell_operations.store.journeys import Filter
from stepwell_operations.store.messages import WITHIN as MESSAGES_WITHIN, MessageFilter
from stepwell_operations.store.scope import facilities_of, within
from stepwell_operations.store.worklist import OPEN as OPEN_WORK
from stepwell_postgres.transaction import Transaction

JOURNEYS = f"""
select j.phase, j.facility_id, late.episode_id is not null as overdue, count(*) as journeys,
       min(j.since) as longest_since
from journey j
left join (select distinct episode_id from care_task where state = 'open' and due_at < $3) late
     on late.episode_id = j.episode_id
where {within("j.facility_id")}
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
    """How many journeys stand in a phase at a facility with an overdue task, or without one; since when the longest."""

    phase: Phase
    facility_id: UUID
    overdue: bool
    journeys: int
    longest_since: datetime


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How many journeys stand in a phase, how many of them have an overdue task, and since when the longest does."""

    journeys: int
    overdue: int
    longest_since: datetime


@dataclass(frozen=True, slots=True)
class WorkTally:
    """How many tasks a role has at a facility, its own or those escalated to it, and how many of these are overdue."""

    role: Role
    facility_id: UUID
    escalated: bool
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class WorkCount:
    """How many tasks are open, and how many of these are overdue."""

    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class MessageTally:
    """How many messages of a template to patients of a facility got to a state."""

    state: MessageState
    template: MessageTemplate
    facility_id: UUID
    messages: int


async def journey_tallies(tx: Transaction, facility_id: UUID | None = None) -> Sequence[JourneyTally]:
    """Journeys in the caller's scope."""
    rows = await tx.connection.fetch(JOURNEYS, facilities_of(tx.caller), facility_id, tx.now)
    return [
        JourneyTally(Phase(r["phase"]), r["facility_id"], r["overdue"], r["journeys"], r["longest_since"]) for r in rows
    ]


async def work_tallies(tx: Transaction, facility_id: UUID | None = None) -> Sequence[WorkTally]:
    """Open tasks in the caller's scope; an escalated one counts for each of its roles."""
    rows = await tx.connection.fetch(WORK, facilities_of(tx.caller), facility_id, tx.now)
    return [WorkTally(Role(r["role"]), r["facility_id"], r["escalated"], r["open"], r["overdue"]) for r in rows]


async def message_tallies(
    tx: Transaction, facility_id: UUID | None = None, *, episode_id: UUID | None = None
) -> Sequence[MessageTally]:
    """Messages in the caller's scope, of all episodes or one."""
    rows = await tx.connection.fetch(MESSAGES, facilities_of(tx.caller), facility_id, episode_id)
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


def funnel(tallies: Sequence[JourneyTally]) -> Mapping[Phase, PhaseCount]:
    """The journeys by phase; phases in which none stands are left out."""
    phases: dict[Phase, list[JourneyTally]] = defaultdict(list)
    for tally in tallies:
        phases[tally.phase].append(tally)
    return {
        phase: PhaseCount(
            sum(tally.journeys for tally in those),
            sum(tally.journeys for tally in those if tally.overdue),
            min(tally.longest_since for tally in those),
        )
        for phase, those in phases.items()
    }


def count_messages_of(tallies: Sequence[MessageTally], only: MessageFilter) -> int:
    """How many messages a filter leads to."""
    return sum(
        tally.messages
        for tally in tallies
        if only.state in (None, tally.state)
        and only.template in (None, tally.template)
        and only.facility_id in (None, tally.facility_id)
    )


def by_state(tallies: Sequence[MessageTally], template: MessageTemplate | None = None) -> Mapping[MessageState, int]:
    """The messages by state, of all templates or one; states that none got to are left out."""
    counts = {
        state: count_messages_of(tallies, MessageFilter(state=state, template=template)) for state in MessageState
    }
    return {state: count for state, count in counts.items() if count}


def count_work_of(tallies: Sequence[WorkTally], role: Role | None = None, facility_id: UUID | None = None) -> WorkCount:
    """How many open tasks a role has at a facility; for all roles together each task counts once."""
    kept = [
        tally
        for tally in tallies
        if (tally.role == role if role else not tally.escalated) and facility_id in (None, tally.facility_id)
    ]
    return WorkCount(sum(tally.open for tally in kept), sum(tally.overdue for tally in kept))


def by_role(tallies: Sequence[WorkTally]) -> Sequence[RoleCount]:
    """The open tasks of each role that has any."""
    counts = {role: count_work_of(tallies, role) for role in sorted({tally.role for tally in tallies})}
    return [RoleCount(role=role, open=count.open, overdue=count.overdue) for role, count in counts.items()]
