"""`stepwell facilities`, `facility`, `messages`, `figures` and `report`."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from stepwell_clients.operations import OperationsClient
from stepwell_contracts.http.operations_network import MessageFeed
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_operations.cli import figure_tables, network_tables
from stepwell_operations.cli.access import OWN_TENANT, Asker
from stepwell_operations.cli.asking import view, view_with_names
from stepwell_operations.cli.completion import facility_ids
from stepwell_operations.cli.every_row import every_message, listed
from stepwell_operations.cli.options import ROWS, All, Facility, Json, Limit, Staff, Tenant
from stepwell_operations.domain.messages import MessageState

#: Tasks that are due sooner than this are not measured: a person could hardly have done them in time.
ALLOWED_HOURS = 6.0


def add_facilities(app: typer.Typer, console: Console) -> None:
    """Add the commands about facilities."""

    @app.command()
    def facilities(*, json: Json = False, tenant: Tenant = OWN_TENANT, staff: Staff = None) -> None:
        """List facilities with their census, seats, waits and open work."""
        view(console, Asker(tenant, staff), OperationsClient.facilities, network_tables.facilities, as_json=json)

    @app.command()
    def facility(
        facility_id: Annotated[
            UUID, typer.Argument(metavar="ID", help="The id of the facility.", autocompletion=facility_ids)
        ],
        *,
        week: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="A day of the week to show; else this week."),
        ] = None,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """Show one facility: programs, the sessions of a week with their seats, who waits, the census."""
        day = week.date() if week else None
        view(
            console,
            Asker(tenant, staff),
            lambda operations: operations.facility(facility_id, day),
            network_tables.facility,
            as_json=json,
        )


def add_messages(app: typer.Typer, console: Console) -> None:
    """Add what was sent to patients."""

    @app.command()
    def messages(
        *,
        facility: Facility = None,
        state: Annotated[MessageState | None, typer.Option(help="Only those that got so far.")] = None,
        template: Annotated[MessageTemplate | None, typer.Option(help="Only those of this template.")] = None,
        episode: Annotated[UUID | None, typer.Option(help="Only those of this episode.")] = None,
        limit: Limit = ROWS,
        all_of_them: All = False,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """List messages to patients, the latest first; never their words or addresses."""

        async def ask(operations: OperationsClient) -> MessageFeed:
            async def page(most: int, cursor: str | None) -> MessageFeed:
                return await operations.messages(
                    facility, state=state, episode_id=episode, template=template, limit=most, cursor=cursor
                )

            return await listed(page, every_message, "messages", None if all_of_them else limit)

        view_with_names(console, Asker(tenant, staff), ask, network_tables.messages, as_json=json)


def add_figures(app: typer.Typer, console: Console) -> None:
    """Add what is counted over time."""

    @app.command()
    def figures(
        *, facility: Facility = None, json: Json = False, tenant: Tenant = OWN_TENANT, staff: Staff = None
    ) -> None:
        """Show census, hours met by week, and time to the first contact, of the last 60 days."""
        view(
            console,
            Asker(tenant, staff),
            lambda operations: operations.figures(facility),
            figure_tables.figures,
            as_json=json,
        )

    @app.command()
    def report(
        *,
        facility: Facility = None,
        allowed_hours: Annotated[
            float, typer.Option(min=0, help="Measure the tasks that had at least so many hours until they were due.")
        ] = ALLOWED_HOURS,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """Show what became of the episodes since the beginning: outcomes, hours, messages, tasks, events by type."""
        view(
            console,
            Asker(tenant, staff),
            lambda operations: operations.report(facility, allowed_hours=allowed_hours),
            figure_tables.report,
            as_json=json,
        )
