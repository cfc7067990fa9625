"""`stepwell journeys`, `journey`, `find` and `worklist`."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from stepwell_clients.operations import OperationsClient
from stepwell_contracts.http.operations import JourneyList, Work
from stepwell_kernel.codes import Phase, Role
from stepwell_operations.cli import journey_tables
from stepwell_operations.cli.access import OWN_TENANT, Asker
from stepwell_operations.cli.asking import view_with_names
from stepwell_operations.cli.every_row import every_journey, every_task, listed
from stepwell_operations.cli.options import ROWS, All, Facility, Json, Limit, Staff, Tenant


def add_journeys(app: typer.Typer, console: Console) -> None:
    """Add the list of journeys."""

    @app.command()
    def journeys(
        *,
        phase: Annotated[Phase | None, typer.Option(help="Only those in this phase.")] = None,
        facility: Facility = None,
        overdue: Annotated[bool, typer.Option("--overdue", help="Only those with an overdue task.")] = False,
        limit: Limit = ROWS,
        all_of_them: All = False,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """List journeys, the latest changed first."""

        async def ask(operations: OperationsClient) -> JourneyList:
            async def page(most: int, cursor: str | None) -> JourneyList:
                return await operations.journeys(phase, facility, overdue=overdue, limit=most, cursor=cursor)

            return await listed(page, every_journey, "journeys", None if all_of_them else limit)

        view_with_names(console, Asker(tenant, staff), ask, journey_tables.journeys, as_json=json)


def add_journey(app: typer.Typer, console: Console) -> None:
    """Add the commands about one journey."""

    @app.command()
    def journey(
        episode_id: Annotated[UUID, typer.Argument(metavar="ID", help="The id of the episode.")],
        *,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """Show one journey: what waits and lies ahead, its weeks and timeline."""
        asker = Asker(tenant, staff)
        view_with_names(
            console, asker, lambda operations: operations.journey(episode_id), journey_tables.journey, as_json=json
        )

    @app.command()
    def find(
        identifier: Annotated[UUID, typer.Argument(metavar="ID", help="An id of any kind.")],
        *,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """Find the episodes or the facility that an id leads to.

        It may name an episode, patient, booking, task, message, crisis, page, plan, reply, authorization, event or
        trace, or a facility, group or session.
        """
        asker = Asker(tenant, staff)
        view_with_names(
            console, asker, lambda operations: operations.find(identifier), journey_tables.found_by_id, as_json=json
        )


def add_worklist(app: typer.Typer, console: Console) -> None:
    """Add what waits for people."""

    @app.command()
    def worklist(
        *,
        role: Annotated[Role | None, typer.Option(help="Only what waits for this role.")] = None,
        facility: Facility = None,
        limit: Limit = ROWS,
        all_of_them: All = False,
        json: Json = False,
        tenant: Tenant = OWN_TENANT,
        staff: Staff = None,
    ) -> None:
        """List open crises and tasks, the earliest due first."""

        async def ask(operations: OperationsClient) -> Work:
            async def page(most: int, cursor: str | None) -> Work:
                return await operations.worklist(role, facility, limit=most, cursor=cursor)

            return await listed(page, every_task, "tasks", None if all_of_them else limit)

        view_with_names(console, Asker(tenant, staff), ask, journey_tables.worklist, as_json=json)
