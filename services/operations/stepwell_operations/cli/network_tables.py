"""Facilities and messages as tables; a facility in its own local time, everything else in UTC."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations_network import (
    FacilityList,
    FacilityRow,
    FacilityView,
    MessageFeed,
    ProgramCensus,
    ReplyRow,
    SessionSeats,
    WaitRow,
)
from stepwell_operations.cli.figure_tables import census_days
from stepwell_operations.cli.tables import Names, clock, name_of, sections, shown_of, table
from stepwell_operations.words import plain

#: Days of the census that stand below a facility.
LAST_DAYS = 7


def facilities(found: FacilityList) -> Table:
    """A row for each facility: who is in care of how many places, who waits, seats taken, open work."""
    return _facilities(found.facilities)


def facility(found: FacilityView) -> Group:
    """The facility, its programs, the sessions of the week with their seats, who waits, and the census of late."""
    row = found.facility
    zone = ZoneInfo(row.zone)
    shown = table(
        *("session", "local time", "what", "where", ">seats", "", "group"),
        title=f"week of {found.week_starts_on}, {row.zone}",
    )
    for session in found.sessions:
        shown.add_row(*_session(session, zone))
    none = Text(f"no sessions in the week of {found.week_starts_on}")
    return sections(
        _facilities([row]),
        _programs(found.programs),
        shown if shown.row_count else none,
        _waits(found.waits, zone),
        census_days(found.census[-LAST_DAYS:]),
    )


def messages(found: MessageFeed, names: Names) -> Group:
    """A row for each message, the last replies, and the counts by state."""
    rows = table("when, UTC", "message", "by", "state", "because", "facility", "episode", "trace")
    for message in found.messages:
        rows.add_row(
            clock(message.at),
            plain(message.template),
            plain(message.channel) if message.channel else "-",
            Text(plain(message.state), "bold red" if message.state == "failed" else ""),
            plain(message.reason_code) if message.reason_code else "-",
            name_of(message.facility_id, names),
            str(message.episode_id),
            message.trace_id or "-",
        )
    counted = shown_of(len(found.messages), found.total, "messages")
    states = ", ".join(f"{plain(state)} {count}" for state, count in found.states.items())
    return sections(rows, _replies(found.replies, names), Text(counted + (f"; {states}" if states else "")))


def _facilities(rows: Iterable[FacilityRow]) -> Table:
    made = table(
        *("facility", "name", ">in care", ">on hold", ">waitlisted", ">for a group", ">seats taken", ">today"),
        *(">open tasks", ">late"),
    )
    for row in rows:
        made.add_row(
            str(row.facility_id),
            row.neutral_name,
            _of(row.in_care, row.places),
            str(row.on_hold),
            str(row.waitlisted),
            str(row.waiting_for_group),
            _of(row.seats_taken, row.seats_offered),
            str(row.sessions_today),
            str(row.open_tasks),
            Text(str(row.overdue_tasks), "bold red" if row.overdue_tasks else ""),
        )
    return made


def _programs(programs: Iterable[ProgramCensus]) -> Table:
    made = table("program", "type", "level", ">in care")
    for program in programs:
        made.add_row(
            str(program.program_id),
            plain(program.program_type),
            program.level_of_care,
            _of(program.in_care, program.places),
        )
    return made


def _session(session: SessionSeats, zone: ZoneInfo) -> tuple[str, ...]:
    starts = session.starts_at.astimezone(zone)
    return (
        str(session.session_id),
        f"{starts:%a %d} {starts:%H:%M}-{session.ends_at.astimezone(zone):%H:%M}",
        plain(session.modality) + (f", {plain(session.topic)}" if session.topic else ""),
        plain(session.setting),
        _of(session.taken, session.capacity),
        "" if session.state == "scheduled" else plain(session.state),
        str(session.group_id or "-"),
    )


def _waits(waits: Iterable[WaitRow], zone: ZoneInfo) -> Table:
    made = table("waits for a group", f"since, {zone.key}", "what", "group")
    for wait in waits:
        made.add_row(str(wait.episode_id), clock(wait.since, zone), _group(wait), str(wait.group_id))
    return made


def _group(wait: WaitRow) -> str:
    called = wait.topic or wait.modality
    return plain(called) if called else "-"


def _replies(replies: Iterable[ReplyRow], names: Names) -> Table:
    made = table("when, UTC", "reply", "facility", "episode")
    for reply in replies:
        made.add_row(clock(reply.at), plain(reply.kind), name_of(reply.facility_id, names), str(reply.episode_id))
    return made


def _of(part: int, whole: int) -> str:
    return f"{part}/{whole}"
