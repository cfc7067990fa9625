"""`stepwell`: the views of the console as tables or JSON, the import of referrals, and the demonstration."""

import sys

import typer
from rich.console import Console

from stepwell_operations.cli.exits import told
from stepwell_operations.cli.journey_views import add_journey, add_journeys, add_worklist
from stepwell_operations.cli.network_views import add_facilities, add_figures, add_messages
from stepwell_operations.cli.referrals import add_referrals
from stepwell_operations.cli.simulation import add_simulation
from stepwell_operations.cli.status_view import add_status
from stepwell_operations.cli.whole import BOUNDLESS

HELP = f"""The state of a running Stepwell platform.

Exit codes: {told()}.
"""


def make_app() -> typer.Typer:
    """The command line, in the order of its help."""
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if on_terminal else None,
    )
    # A name may hold brackets and colons; they are no markup here.
    console = Console(width=None if sys.stdout.isatty() else BOUNDLESS, markup=False, emoji=False)
    add_status(app, console)
    add_facilities(app, console)
    add_journeys(app, console)
    add_journey(app, console)
    add_messages(app, console)
    add_worklist(app, console)
    add_figures(app, console)
    add_referrals(app, console)
    add_simulation(app, console)
    return app


def main() -> None:
    """Run the command line."""
    make_app()()


if __name__ == "__main__":
    main()
