"""The views as tables for a terminal."""

from rich.console import Group
from rich.table import Table

from stepwell_contracts.http.operations import JourneyList, JourneyRow, JourneyView, Status
from stepwell_operations.domain.words import event_words, plain


def status(found: Status) -> Group:
    """Parts, then figures."""
    parts = Table("part", "ready", "detail", title=f"at {found.at:%Y-%m-%d %H:%M} UTC (domain time)")
    for part in found.parts:
        parts.add_row(part.name, "yes" if part.ready else "[red]no[/red]", part.detail)
    figures = Table("figure", "value")
    for phase, count in found.journeys_by_phase.items():
        figures.add_row(f"journeys in {plain(phase)}", str(count))
    figures.add_row("parked keys", str(found.parked_keys))
    figures.add_row("oldest unsent event, s", f"{found.oldest_outbox_seconds:.1f}")
    figures.add_row("worst consumer lag, s", f"{found.worst_lag_seconds:.1f}")
    return Group(parts, figures)


def journeys(found: JourneyList) -> Table:
    """A row per journey."""
    table = Table("episode", "phase", "since", "open tasks", "next due", title=f"{found.total} journeys")
    for row in found.journeys:
        table.add_row(*_cells(row))
    return table


def journey(found: JourneyView) -> Group:
    """The journey, then its timeline."""
    head = Table("episode", "phase", "since", "open tasks", "next due")
    head.add_row(*_cells(found.journey))
    lines = Table("when (UTC)", "what", "service", "details")
    for entry in found.timeline:
        details = ", ".join(f"{plain(name)} {value}" for name, value in entry.facts.items() if not name.endswith("_id"))
        lines.add_row(f"{entry.at:%Y-%m-%d %H:%M}", event_words(entry.type), entry.service, details)
    return Group(head, lines)


def _cells(row: JourneyRow) -> tuple[str, ...]:
    phase = plain(row.phase) + (f" ({plain(row.part)})" if row.part else "")
    due = f"{row.next_due:%Y-%m-%d %H:%M}" if row.next_due else "-"
    return (str(row.episode_id), phase, f"{row.since:%Y-%m-%d %H:%M}", str(row.open_tasks), due)
