"""Options that several commands have, each worded once."""

from typing import Annotated
from uuid import UUID

import typer

from stepwell_operations.cli.completion import facility_ids

#: How many rows a list has when nobody says; the most that the platform gives at a time.
ROWS = 100
MOST_ROWS = 500

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Tenant = Annotated[
    str, typer.Option(envvar="STEPWELL_TENANT", help="The organisation to look at; a member of staff sees their own.")
]
Staff = Annotated[
    UUID | None,
    typer.Option("--as", help="Look as this member of staff; else by the token in STEPWELL_TOKEN, if there is one."),
]
Facility = Annotated[UUID | None, typer.Option(help="Only this facility.", autocompletion=facility_ids)]
All = Annotated[bool, typer.Option("--all", help="Every one, whatever the limit.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="How many rows at most.")]
