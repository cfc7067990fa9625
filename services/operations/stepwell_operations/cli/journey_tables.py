"""Journeys, worklists and what an id leads to, as tables; times in UTC."""

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations import JourneyList, JourneyRow, JourneyView, OpenTask, WeekRow, Work
from stepwell_contracts.http.operations_network import Found
from stepwell_operations.cli.tables import UTC_ZONE, clock, open_crises, sections, shown_of, table
from stepwell_operations.words import command, details, event_name, hours, plain


def journeys(found: JourneyList) -> Group:
    """A row for each journey; the count of all when these are not all."""
    return sections(_journeys(found.journeys), Text(shown_of(len(found.journeys), found.total, "journeys")))


def journey(found: JourneyView) -> Group:
    """The journey, what waits for it, its weeks, and its timeline with the oldest entry first."""
    timeline = table("when", "what", "details", "service", ">version", "trace")
    for entry in found.timeline:
        said = ", ".join(f"{one.label} {one.text}".strip() for one in details(entry, UTC_ZONE))
        timeline.add_row(
            clock(entry.at), event_name(entry.type), said, entry.service, str(entry.version), entry.trace_id or "-"
        )
    return sections(
        open_crises(found.crises), _journeys([found.journey]), _tasks(found.tasks), _weeks(found.weeks), timeline
    )


def worklist(found: Work) -> Group:
    """The crises, a row for each task, and the count of all by role."""
    tasks = table("due", "task", "for", ">escalated", "episode", "phase", "settled by")
    for row in found.rows:
        tasks.add_row(
            clock(row.due_at),
            plain(row.kind),
            plain(row.role),
            str(row.escalations or "-"),
            str(row.episode_id),
            plain(row.phase),
            command(row.command),
        )
    roles = ", ".join(f"{plain(one.role)} {one.open} ({one.overdue} late)" for one in found.roles)
    total = f"{found.open} open tasks, {found.overdue} late" + (f": {roles}" if roles else "")
    return sections(open_crises(found.crises), tasks, Text(total, "bold red" if found.overdue else ""))


def found_by_id(found: Found) -> Table:
    """A row for each episode and facility that the id leads to."""
    rows = table("the id names", "episode", "phase", "facility")
    for one in found.episodes:
        rows.add_row(plain(one.kind), str(one.episode_id), plain(one.phase), str(one.facility_id))
    for place in found.facilities:
        rows.add_row(plain(place.kind), "-", "-", str(place.facility_id))
    return rows


def _tasks(tasks: tuple[OpenTask, ...]) -> Table:
    rows = table("open task", "for", "due")
    for task in tasks:
        roles = plain(task.role) + (f" and {plain(task.escalated_to)}" if task.escalated_to else "")
        rows.add_row(plain(task.kind), roles, clock(task.due_at))
    return rows


def _weeks(weeks: tuple[WeekRow, ...]) -> Table:
    rows = table("week of", ">attended", ">required", ">short")
    for week in weeks:
        short = hours(week.shortfall_minutes) if week.shortfall_minutes else "-"
        rows.add_row(week.week_starts_on.isoformat(), hours(week.attended_minutes), hours(week.required_minutes), short)
    return rows


def _journeys(rows: Iterable[JourneyRow]) -> Table:
    made = table("episode", "phase", "since", ">open tasks", "next due", "last event")
    for row in rows:
        phase = plain(row.phase) + (f", {plain(row.part)}" if row.part else "")
        next_due = clock(row.next_due) if row.next_due else "-"
        made.add_row(str(row.episode_id), phase, clock(row.since), str(row.open_tasks), next_due, clock(row.changed_at))
    return made
