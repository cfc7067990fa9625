"""The views as tables for a terminal; times in UTC."""

from datetime import datetime

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations import CrisisRow, JourneyList, JourneyRow, JourneyView, OpenTask, Status, Work
from stepwell_operations.words import command, details, event_name, hours, plain

UTC_ZONE = "UTC"


def status(found: Status) -> Group:
    """The parts, the journeys by phase, what waits."""
    parts = _table("part", "state", "", title=f"{_clock(found.at)} domain time, UTC")
    for part in found.parts:
        state = Text("ready", "green") if part.ready else Text("not ready", "bold red")
        parts.add_row(part.name, state, part.detail)
    phases = _table("phase", ">journeys")
    for phase, count in found.journeys_by_phase.items():
        phases.add_row(plain(phase), str(count))
    waiting = Text(
        f"{found.parked_keys} keys parked, oldest unsent event {found.oldest_outbox_seconds:.1f} s, "
        f"worst lag {found.worst_lag_seconds:.1f} s",
        "bold red" if found.parked_keys else "",
    )
    return Group(parts, *([phases] if found.journeys_by_phase else []), waiting)


def worklist(found: Work) -> Group:
    """The crises, a row for each task, and the count of all when these are not all."""
    tasks = _table("due", "task", "for", ">escalated", "episode", "phase", "settled by")
    for row in found.rows:
        tasks.add_row(
            _clock(row.due_at),
            plain(row.kind),
            plain(row.role),
            str(row.escalations or "-"),
            str(row.episode_id),
            plain(row.phase),
            command(row.command),
        )
    roles = ", ".join(f"{plain(one.role)} {one.open} ({one.overdue} late)" for one in found.roles)
    total = f"{found.open} open tasks, {found.overdue} late" + (f": {roles}" if roles else "")
    return Group(*_crises(found.crises), tasks, Text(total, "bold red" if found.overdue else ""))


def journeys(found: JourneyList) -> Group:
    """A row for each journey; the count of all when these are not all."""
    table = _table("episode", "phase", "since", ">open tasks", "next due", "last event")
    for row in found.journeys:
        table.add_row(*_cells(row))
    shown = len(found.journeys)
    return Group(
        table, Text(f"{found.total} journeys" if shown == found.total else f"{shown} of {found.total} journeys")
    )


def journey(found: JourneyView) -> Group:
    """The journey, what waits for it, its weeks, and its timeline with the oldest entry first."""
    head = _table("episode", "phase", "since", ">open tasks", "next due", "last event")
    head.add_row(*_cells(found.journey))
    timeline = _table("when", "what", "details", "service", ">version", "trace")
    for entry in found.timeline:
        said = ", ".join(f"{one.label} {one.text}".strip() for one in details(entry, UTC_ZONE))
        timeline.add_row(
            _clock(entry.at), event_name(entry.type), said, entry.service, str(entry.version), entry.trace_id or "-"
        )
    return Group(*_crises(found.crises), head, *_tasks(found.tasks), *_weeks(found), timeline)


def _crises(crises: tuple[CrisisRow, ...]) -> list[Table]:
    table = _table("open crisis", "episode", "since", "page", "level")
    for crisis in crises:
        page = crisis.page
        state, level = (plain(page.state), str(page.level or "-")) if page else ("none", "-")
        table.add_row(str(crisis.crisis_id), str(crisis.episode_id), _clock(crisis.raised_at), state, level)
    return [table] if crises else []


def _tasks(tasks: tuple[OpenTask, ...]) -> list[Table]:
    table = _table("open task", "for", "due")
    for task in tasks:
        roles = plain(task.role) + (f" and {plain(task.escalated_to)}" if task.escalated_to else "")
        table.add_row(plain(task.kind), roles, _clock(task.due_at))
    return [table] if tasks else []


def _weeks(found: JourneyView) -> list[Table]:
    table = _table("week of", ">attended", ">required", ">short")
    for week in found.weeks:
        short = hours(week.shortfall_minutes) if week.shortfall_minutes else "-"
        table.add_row(
            week.week_starts_on.isoformat(), hours(week.attended_minutes), hours(week.required_minutes), short
        )
    return [table] if found.weeks else []


def _cells(row: JourneyRow) -> tuple[str, ...]:
    phase = plain(row.phase) + (f", {plain(row.part)}" if row.part else "")
    next_due = _clock(row.next_due) if row.next_due else "-"
    return (str(row.episode_id), phase, _clock(row.since), str(row.open_tasks), next_due, _clock(row.changed_at))


def _table(*columns: str, title: str | None = None) -> Table:
    """A table without frame; a column that begins with `>` holds numbers."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        numbers = column.startswith(">")
        wraps = column in {"details", ""}
        table.add_column(
            column.lstrip(">"), justify="right" if numbers else "left", no_wrap=not wraps, header_style="dim"
        )
    return table


def _clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
