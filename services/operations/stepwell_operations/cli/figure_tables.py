"""What people would rather look at than read, as bars in text; and what became of the episodes."""

from collections.abc import Sequence

from rich.bar import Bar
from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations_network import CensusDay, Figures, FirstContactBand, Report, WeekHours
from stepwell_operations.cli.tables import sections, table, tally
from stepwell_operations.domain.way import ENDED, SIDE_DOORS, TREATED, WAY
from stepwell_operations.words import event_name, hours, in_the_last, plain

#: Characters of the longest bar.
BAR = 30

#: A census over months reads better by the week.
EVERY = 7


def figures(found: Figures) -> Group:
    """Census by the week, closed weeks that met their hours, and how long the first contact took, all of one period."""
    by_week = found.census[::-1][::EVERY][::-1]
    median = found.first_contact_median_hours
    period = in_the_last(len(found.census))
    reached = "nobody was reached" if median is None else f"half of them within {median:.1f} h"
    return sections(
        Text(f"{period}:"),
        census_days(by_week),
        _weeks(found.weeks),
        _first_contact(found.first_contact),
        Text(f"first contact {period}: {reached}; today {found.not_reached} wait for it"),
    )


def census_days(census: Sequence[CensusDay]) -> Table:
    """A row for each day: a bar for those in treatment or step-down, and the count of each open phase that occurs."""
    open_phases = [phase for phase in (*WAY, *SIDE_DOORS) if phase not in ENDED]
    phases = [phase for phase in open_phases if any(day.phases.get(phase) for day in census)]
    made = table("census", "treated", *(f">{plain(phase)}" for phase in phases))
    treated = [sum(day.phases.get(phase, 0) for phase in TREATED) for day in census]
    for day, count in zip(census, treated, strict=True):
        counts = (str(day.phases.get(phase, 0)) for phase in phases)
        made.add_row(day.day.isoformat(), _bar(count, max(treated)), *counts)
    return made


def report(found: Report) -> Group:
    """Outcomes, hours, messages, tasks by timeliness, events by type, all since the beginning."""
    outcomes = tally("outcome", "episodes", found.outcomes)
    messages = tally("messages", "count", found.messages)
    events = table("event", ">count")
    for event_type, count in sorted(found.events.items()):
        events.add_row(event_name(event_type), str(count))
    attended = f"{hours(found.attended_minutes)} attended of {hours(found.required_minutes)} required"
    met = f"{found.weeks_met} of {found.weeks} weeks met their hours"
    return sections(
        Text(f"since the beginning: {found.episodes} episodes; {met}: {attended}"),
        outcomes,
        _tasks(found),
        messages,
        events,
    )


def _weeks(weeks: Sequence[WeekHours]) -> Table:
    made = table("week of", "met their hours", ">", ">attended", ">required")
    for week in weeks:
        made.add_row(
            week.week_starts_on.isoformat(),
            _bar(week.met, week.episodes),
            f"{week.met}/{week.episodes}",
            hours(week.attended_minutes),
            hours(week.required_minutes),
        )
    return made


def _first_contact(bands: Sequence[FirstContactBand]) -> Table:
    made = table("first contact", "referrals", ">")
    most = max((band.referrals for band in bands), default=0)
    for band in bands:
        made.add_row(_band(band), _bar(band.referrals, most), str(band.referrals))
    return made


def _band(band: FirstContactBand) -> str:
    if band.to_hours is None:
        return f"after {band.from_hours} h"
    return f"{band.from_hours} to {band.to_hours} h"


def _tasks(found: Report) -> Table:
    made = table("task", ">in time", ">late", ">withdrawn", ">open", ">overdue")
    for task in found.tasks:
        counts = (task.in_time, task.late, task.withdrawn, task.open, task.overdue)
        made.add_row(plain(task.kind), *(str(count) for count in counts))
    return made


def _bar(part: int, whole: int) -> Bar:
    return Bar(max(whole, 1), 0, part, width=BAR)
