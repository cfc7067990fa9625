"""Journeys, worklists and what an id leads to, as tables; times in UTC, facilities by their names."""

from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations import JourneyList, JourneyRow, JourneyView, WeekRow, Work
from stepwell_contracts.http.operations_network import Found
from stepwell_kernel.codes import Phase
from stepwell_operations.cli.tables import UTC_ZONE, Names, clock, name_of, open_crises, sections, shown_of, table
from stepwell_operations.musts import Must, musts
from stepwell_operations.words import command, details, event_name, hours, plain


def journeys(found: JourneyList, names: Names) -> Group:
    """A row for each journey; the count of all when these are not all."""
    return sections(_journeys(found.journeys, names), Text(shown_of(len(found.journeys), found.total, "journeys")))


def journey(found: JourneyView, names: Names) -> Group:
    """The journey, what waits and lies ahead, its weeks, and its timeline with the oldest entry first."""
    what = musts(found.obligations or (), found.tasks)
    timeline = table("when, UTC", "what", "details", "service", ">version", "trace")
    for entry in found.timeline:
        said = ", ".join(f"{one.label} {one.text}".strip() for one in details(entry, UTC_ZONE))
        timeline.add_row(
            clock(entry.at), event_name(entry.type), said, entry.service, str(entry.version), entry.trace_id or "-"
        )
    return sections(
        open_crises(found.crises, names),
        _journeys([found.journey], names),
        _ahead(what),
        *_notes(found, what),
        _weeks(found.weeks),
        timeline,
    )


def worklist(found: Work, names: Names) -> Group:
    """The crises, a row for each task, and the count of all by role."""
    tasks = table("due, UTC", "task", "for", ">escalated", "episode", "facility", "phase", "settled by")
    for row in found.rows:
        tasks.add_row(
            clock(row.due_at),
            plain(row.kind),
            plain(row.role),
            str(row.escalations or "-"),
            str(row.episode_id),
            name_of(row.facility_id, names),
            plain(row.phase),
            command(row.command),
        )
    roles = ", ".join(f"{plain(one.role)} {one.open} ({one.overdue} late)" for one in found.roles)
    total = f"{found.open} open tasks, {found.overdue} late" + (f": {roles}" if roles else "")
    if found.next_cursor:
        total = f"the first {len(found.rows)} are shown; {total}"
    return sections(open_crises(found.crises, names), tasks, Text(total, "bold red" if found.overdue else ""))


def found_by_id(found: Found, names: Names) -> Table:
    """A row for each episode and facility that the id leads to."""
    rows = table("the id names", "episode", "phase", "facility")
    for one in found.episodes:
        rows.add_row(plain(one.kind), str(one.episode_id), plain(one.phase), name_of(one.facility_id, names))
    for place in found.facilities:
        rows.add_row(plain(place.kind), "-", "-", place.neutral_name)
    return rows


def _ahead(what: Sequence[Must]) -> Table:
    rows = table("ahead", "due, UTC", "for", "opens, UTC", ">escalated")
    for must in what:
        opens = clock(must.opens_at) if must.opens_at else "open" if must.is_open else "-"
        rows.add_row(plain(must.kind), clock(must.due_at), _who(must), opens, str(must.escalations or "-"))
    return rows


def _who(must: Must) -> str:
    if must.role is None:
        return "the journey itself"
    return plain(must.role) + (f" and {plain(must.escalated_to)}" if must.escalated_to else "")


def _notes(found: JourneyView, what: Sequence[Must]) -> Sequence[Text]:
    """Why less is shown ahead than one may look for."""
    if found.journey.phase == Phase.CLOSED:
        return [Text("the journey has ended")]
    if found.obligations is None:
        return [Text("the journey does not answer at the moment: only tasks that events told of are shown ahead")]
    return [] if what else [Text("nothing lies ahead")]


def _weeks(weeks: tuple[WeekRow, ...]) -> Table:
    rows = table("week of", ">attended", ">required", ">short")
    for week in weeks:
        short = hours(week.shortfall_minutes) if week.shortfall_minutes else "-"
        rows.add_row(week.week_starts_on.isoformat(), hours(week.attended_minutes), hours(week.required_minutes), short)
    return rows


def _journeys(rows: Iterable[JourneyRow], names: Names) -> Table:
    made = table("episode", "facility", "phase", "since, UTC", ">open tasks", "next due, UTC", "last event, UTC")
    for row in rows:
        phase = plain(row.phase) + (f", {plain(row.part)}" if row.part else "")
        next_due = clock(row.next_due) if row.next_due else "-"
        made.add_row(
            *(str(row.episode_id), name_of(row.facility_id, names), phase, clock(row.since)),
            *(str(row.open_tasks), next_due, clock(row.changed_at)),
        )
    return made
