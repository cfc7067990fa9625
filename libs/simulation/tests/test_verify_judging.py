"""Looking again: what moves on is forgiven, what stays stands, and the answer comes as soon as it can."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from libs.simulation.tests.evidences import (
    AHEAD,
    LOT,
    PATIENT_STREAM,
    SESSION,
    TOPICS,
    care,
    clean,
    emitted,
    ledgers,
)
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_kernel.errors import Unavailable
from stepwell_simulation.verify.evidence import Evidence, Lot, OpenDuty, Seats
from stepwell_simulation.verify.findings import Kind
from stepwell_simulation.verify.judging import Verdict, reach_verdict
from stepwell_simulation.verify.places import read_places
from stepwell_simulation.verify.report import as_document, sentence

LONG = 30.0
SHORT = 1.5


def with_unsent() -> Evidence:
    """An event of its own is unsent each time: nothing of it is left at the next look."""
    unsent = emitted(EpisodePhaseChanged.type, 3, 4, None)
    return clean(ledgers=replace(ledgers(), unsent=[unsent], versions={**ledgers().versions, PATIENT_STREAM: 3}))


def with_parked_duty() -> Evidence:
    duty = OpenDuty("medication", "expire_hold", "1", AHEAD, "parked", "bug")
    return clean(ledgers=replace(ledgers(), duties=[duty]))


def doubled() -> Evidence:
    return clean(care=care(repeated=["message 1"]))


def in_turn(*takes: Evidence) -> Callable[[], Awaitable[Evidence]]:
    """Each take after the other; the last one for ever."""
    left = list(takes)

    async def look() -> Evidence:
        return left.pop(0) if len(left) > 1 else left[0]

    return look


async def verdict(takes: Sequence[Evidence], wait_s: float) -> Verdict:
    return await reach_verdict(in_turn(*takes), TOPICS, every_type=False, wait_s=wait_s)


async def test_a_clean_run_is_told_at_once() -> None:
    reached = await verdict([clean()], LONG)
    assert (reached.findings, reached.looks) == ((), 1)


async def test_what_is_on_its_way_each_time_anew_is_no_finding() -> None:
    reached = await verdict([with_unsent(), with_unsent(), with_parked_duty()], LONG)
    assert (reached.findings, reached.looks) == ((), 2)


async def test_what_does_not_move_stands_when_the_time_is_over() -> None:
    began = time.monotonic()
    reached = await verdict([with_parked_duty()], SHORT)
    assert [finding.kind for finding in reached.findings] == [Kind.STUCK]
    assert reached.looks > 1
    assert time.monotonic() - began >= SHORT


async def test_what_cannot_pass_is_not_waited_for_and_not_forgiven() -> None:
    reached = await verdict([doubled()], LONG)
    assert ([finding.kind for finding in reached.findings], reached.looks) == ([Kind.DOUBLED], 1)
    later = await verdict([with_parked_duty(), doubled()], LONG)
    assert ([finding.kind for finding in later.findings], later.looks) == ([Kind.DOUBLED], 2)


async def test_figures_that_disagree_stand_though_they_move() -> None:
    seats = [clean(care=care(sessions=[Seats(SESSION, 8, taken, taken - 1)])) for taken in (3, 4, 5)]
    lots = [clean(care=care(lots=[Lot(LOT, 2, 2, 2, Decimal(mg), Decimal(mg - 10))])) for mg in (90, 80, 70)]
    for takes in (seats, lots):
        told = await verdict([*takes, *takes[-1:]], LONG)
        assert [(one.kind, one.stands) for one in told.findings] == [(Kind.DISAGREEMENT, True)]


async def test_without_time_one_look_decides() -> None:
    reached = await verdict([with_unsent()], 0)
    assert ([finding.kind for finding in reached.findings], reached.looks) == ([Kind.STUCK], 1)


async def test_the_document_says_what_was_found_and_what_was_looked_at() -> None:
    reached = await verdict([doubled()], 0)
    document = as_document(reached)
    assert sentence(reached) == document["verdict"] == "the run is not clean: 1 doubled"
    assert document["findings"] == [
        {"kind": "doubled", "subject": "message 1", "detail": "it was sent more than once"},
    ]
    assert (document["looked_at"]["events"], document["looked_at"]["episodes"]) == (5, 1)
    assert sum(document["events"].values()) == 5


@pytest.mark.parametrize("content", [None, "{torn", "[]", '{"addresses": {}}'])
def test_without_a_platform_there_is_no_verdict(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(Unavailable, match="make run"):
        read_places(tmp_path)
