"""The platform at a glance as tables; times in UTC."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.http.operations_network import Health, PartHealth
from stepwell_operations.cli.overview import Overview
from stepwell_operations.cli.tables import clock, sections, table, tally


def status(found: Overview) -> Group:
    """The parts with their outboxes and last starts, the journeys by phase, who is behind, what is parked."""
    waiting = Text(
        f"{found.parked_keys} keys parked, oldest unsent event {found.oldest_outbox_seconds:.1f} s, "
        f"worst lag {found.worst_lag_seconds:.1f} s{_without(found.silent)}",
        "bold red" if found.parked_keys else "",
    )
    details = (_lags(found.health), _parked(found.health)) if found.health else ()
    return sections(_parts(found), tally("phase", "journeys", found.journeys_by_phase), *details, waiting)


def _without(silent: Sequence[str]) -> str:
    return f", without {', '.join(silent)}" if silent else ""


def _parts(found: Overview) -> Table:
    told = {part.name: part for part in found.health.parts} if found.health else {}
    made = table("part", "state", "", ">unsent", ">oldest", "started, UTC", title=f"{clock(found.at)} domain time, UTC")
    for part in found.parts:
        state = Text("ready", "green") if part.ready else Text("not ready", "bold red")
        made.add_row(part.name, state, part.detail, *_outbox_and_start(told.get(part.name)))
    return made


def _outbox_and_start(part: PartHealth | None) -> tuple[str, str, str]:
    if part is None or part.started_at is None:
        return "-", "-", "-"
    return str(part.unsent), f"{part.oldest_unsent_seconds:.1f} s", clock(part.started_at)


def _lags(health: Health) -> Table:
    made = table("consumer that is behind", "part", "topic", ">events", ">lag")
    for lag in health.lags:
        if lag.events:
            made.add_row(lag.consumer, lag.part, lag.topic, str(lag.events), f"{lag.seconds:.1f} s")
    return made


def _parked(health: Health) -> Table:
    made = table("parked key", "part", "consumer", "topic", "reason", ">events", "since, UTC")
    for key in health.parked:
        made.add_row(
            Text(key.key, "bold red"),
            *(key.part, key.consumer, key.topic, key.reason, str(key.events), clock(key.since)),
        )
    return made
