"""What the tables of the command line have in common: columns without a frame, instants, amounts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from uuid import UUID

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations import CrisisRow
from stepwell_operations.cli.whole import WholeTable
from stepwell_operations.words import plain

UTC_ZONE = "UTC"

#: What facilities are called, by their ids.
Names = Mapping[UUID, str]

#: Columns that may be broken between words; all others are shown as they are, so that ids can be copied.
WRAPPING = frozenset({"details", "settled by", ""})


def table(*columns: str, title: str | None = None) -> Table:
    """A table without frame; a column that begins with `>` holds numbers."""
    made = WholeTable(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        name = column.lstrip(">")
        made.add_column(
            name,
            justify="right" if column.startswith(">") else "left",
            no_wrap=name not in WRAPPING,
            header_style="dim",
        )
    return made


def sections(*parts: Table | Text) -> Group:
    """Tables and lines one below the other with a line between; a table without rows is left out."""
    shown = [part for part in parts if not isinstance(part, Table) or part.row_count]
    lines = [line for part in shown for line in (part, Text())]
    return Group(*lines[:-1])


def shown_of(shown: int, total: int, what: str) -> str:
    """How many there are, and how many of them are shown where that is not all."""
    return f"{total} {what}" if shown == total else f"{shown} of {total} {what}"


def tally(what: str, counted: str, counts: Mapping[str, int]) -> Table:
    """A row for each code with its count."""
    made = table(what, f">{counted}")
    for code, count in counts.items():
        made.add_row(plain(code), str(count))
    return made


def clock(instant: datetime, zone: tzinfo | None = None) -> str:
    """Day and time, as they come or in a zone."""
    return f"{instant.astimezone(zone) if zone else instant:%Y-%m-%d %H:%M}"


def name_of(facility_id: UUID, names: Names) -> str:
    """What a facility is called; its id as long as no name is known."""
    return names.get(facility_id, str(facility_id))


def open_crises(crises: Iterable[CrisisRow], names: Names) -> Table:
    """A row for each crisis, with how far its page came."""
    made = table("open crisis", "episode", "facility", "since, UTC", "page", "level")
    for crisis in crises:
        page = crisis.page
        state, level = (plain(page.state), str(page.level or "-")) if page else ("none", "-")
        made.add_row(
            *(str(crisis.crisis_id), str(crisis.episode_id), name_of(crisis.facility_id, names)),
            *(clock(crisis.raised_at), state, level),
        )
    return made
