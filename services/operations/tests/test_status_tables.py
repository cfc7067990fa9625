"""What `stepwell status` draws of a platform on a bad day, and the code that it ends with."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from stepwell_contracts.http.operations import PartStatus
from stepwell_contracts.http.operations_network import ConsumerLag, Health, ParkedKey, PartHealth
from stepwell_operations.cli.exits import ExitCode
from stepwell_operations.cli.overview import Overview
from stepwell_operations.cli.status_tables import status
from stepwell_operations.cli.status_view import code_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENT_TOPIC = "stepwell.intake.patient"


def overview(*, ready: bool = True, parked: int = 0, health: Health | None = None) -> Overview:
    return Overview(
        at=NOON,
        parts=(PartStatus(name="intake", ready=ready, detail="4 to send"),),
        journeys_by_phase={"treatment": 3},
        parked_keys=parked,
        oldest_outbox_seconds=2.5,
        worst_lag_seconds=7.25,
        health=health,
    )


def health(**changes: Any) -> Health:
    lags = (
        ConsumerLag(part="scheduling", consumer="scheduling", topic=PATIENT_TOPIC, events=12, seconds=7.25),
        ConsumerLag(part="medication", consumer="medication", topic=PATIENT_TOPIC, events=0, seconds=0),
    )
    part = PartHealth(
        name="intake", ready=True, detail="4 to send", started_at=NOON, unsent=4, oldest_unsent_seconds=2.5
    )
    return Health(at=NOON, parts=(part,), lags=lags, parked=()).model_copy(update=changes)


def drawn(found: Overview) -> list[list[str]]:
    """The words of each line."""
    file = io.StringIO()
    Console(file=file, width=160).print(status(found), highlight=False)
    return [line.split() for line in file.getvalue().splitlines()]


def test_parts_that_told_nothing_are_left_out_of_the_sums_by_name() -> None:
    away = overview(ready=False).model_copy(update={"silent": ("intake", "medication")})
    assert "worst lag 7.2 s, without intake, medication" in " ".join(drawn(away)[-1])


def test_only_consumers_that_are_behind_are_shown() -> None:
    lines = drawn(overview(health=health()))
    assert ["intake", "ready", "4", "to", "send", "4", "2.5", "s", "2026-03-02", "12:00"] in lines
    assert ["scheduling", "scheduling", PATIENT_TOPIC, "12", "7.2", "s"] in lines
    assert not any(line[:1] == ["medication"] for line in lines)


def test_parked_keys_are_shown_with_their_reason() -> None:
    parked = ParkedKey(
        part="journeys",
        consumer="journeys",
        topic=PATIENT_TOPIC,
        key="0193a000-0000-7000-8000-0000000000f1",
        reason="not_started",
        events=2,
        since=NOON,
    )
    lines = drawn(overview(parked=1, health=health(parked=(parked,))))
    assert [parked.key, "journeys", "journeys", PATIENT_TOPIC, "not_started", "2", "2026-03-02", "12:00"] in lines
    assert ["1", "keys", "parked,", "oldest", "unsent", "event", "2.5", "s,", "worst", "lag", "7.2", "s"] in lines


def test_who_may_not_see_the_details_sees_the_rest() -> None:
    lines = drawn(overview())
    assert ["intake", "ready", "4", "to", "send", "-", "-", "-"] in lines
    assert ["treatment", "3"] in lines


@pytest.mark.parametrize(
    ("ready", "parked", "code"),
    [(True, 0, ExitCode.OK), (False, 0, ExitCode.NOT_WELL), (True, 1, ExitCode.NOT_WELL)],
)
def test_the_code_tells_whether_all_is_well(ready: bool, parked: int, code: ExitCode) -> None:
    assert code_of(overview(ready=ready, parked=parked, health=health())) is code
