"""The agenda: deeds by their time, again when nobody answered, counted when refused, loud when there is a bug."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from stepwell_kernel.errors import Bug, Conflict, StepwellError, Unavailable
from stepwell_simulation.living.agenda import AGAIN_AFTER, AT_ONCE, Agenda, Deed
from stepwell_testing.eventually import eventually

BEGUN = datetime(2026, 3, 2, 14, tzinfo=UTC)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def kept(agenda: Agenda, clock: Hands) -> AsyncIterator[None]:
    keeping = asyncio.create_task(agenda.keep(clock))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def noting(done: list[str], name: str) -> Deed:
    async def deed() -> None:
        done.append(name)

    return deed


def failing(errors: list[StepwellError | OSError]) -> Deed:
    """A deed that fails in these ways, one after the other, and then is done."""

    async def deed() -> None:
        if errors:
            raise errors.pop(0)

    return deed


async def test_deeds_are_done_in_the_order_of_their_time() -> None:
    agenda, clock, done = Agenda(), Hands(), list[str]()
    for hours, name in ((3, "last"), (1, "first"), (2, "second"), (2, "third"), (48, "not yet")):
        agenda.add(BEGUN + timedelta(hours=hours), name, noting(done, name))
    async with kept(agenda, clock):
        clock.now += timedelta(hours=4)
        await eventually(lambda: list(done), until=lambda names: len(names) == 4)
    assert done == ["first", "second", "third", "last"]
    assert len(agenda) == 1


async def test_a_deed_that_goes_on_later_comes_again_then() -> None:
    agenda, clock, seen = Agenda(), Hands(), list[datetime]()

    async def deed() -> datetime | None:
        seen.append(clock.now)
        return BEGUN + timedelta(days=1) if len(seen) == 1 else None

    agenda.add(BEGUN, "twice", deed)
    async with kept(agenda, clock):
        await eventually(lambda: bool(seen) and len(agenda) == 1)
        assert not agenda.done
        clock.now += timedelta(days=1)
        await eventually(lambda: agenda.done["twice"] == 1)
    assert seen == [BEGUN, BEGUN + timedelta(days=1)]


@pytest.mark.parametrize("error", [Unavailable("intake_unavailable", "away"), OSError("cut")])
async def test_what_nobody_answered_comes_again_and_counts_as_no_refusal(error: StepwellError | OSError) -> None:
    agenda, clock, errors = Agenda(), Hands(), [error]
    agenda.add(BEGUN, "call", failing(errors))
    async with kept(agenda, clock):
        await eventually(lambda: not errors and len(agenda) == 1)
        assert not agenda.done
        clock.now += AGAIN_AFTER
        await eventually(lambda: agenda.done["call"] == 1)
    assert not agenda.refusals


async def test_what_is_refused_is_counted_by_code_and_dropped() -> None:
    agenda, clock = Agenda(), Hands()
    agenda.add(BEGUN, "seat", failing([Conflict("session_full", "no seat")]))
    async with kept(agenda, clock):
        await eventually(lambda: agenda.refusals.total() == 1)
    assert (dict(agenda.refusals), len(agenda), agenda.done.total()) == ({"seat: session_full": 1}, 0, 0)


@pytest.mark.parametrize("error", [Bug("row_without_patient", "no episode"), KeyError("kind")])
async def test_a_bug_ends_it_loudly(error: Exception) -> None:
    agenda, clock = Agenda(), Hands()

    async def deed() -> None:
        raise error

    agenda.add(BEGUN, "wrong", deed)
    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.timeout(5):
            await agenda.keep(clock)
    assert raised.value.exceptions == (error,)


def test_it_tells_how_late_it_is() -> None:
    agenda = Agenda()
    assert agenda.late(BEGUN) == timedelta(0)
    agenda.add(BEGUN + timedelta(hours=5), "later", noting([], "later"))
    agenda.add(BEGUN + timedelta(hours=1), "sooner", noting([], "sooner"))
    assert agenda.late(BEGUN) == timedelta(0)
    assert agenda.late(BEGUN + timedelta(hours=4)) == timedelta(hours=3)


async def test_only_some_deeds_are_under_way_at_a_time() -> None:
    agenda, clock, gate, begun = Agenda(), Hands(), asyncio.Event(), list[int]()

    def waiting(number: int) -> Deed:
        async def deed() -> None:
            begun.append(number)
            await gate.wait()

        return deed

    for number in range(AT_ONCE + 3):
        agenda.add(BEGUN, "wait", waiting(number))
    async with kept(agenda, clock):
        await eventually(lambda: len(begun) == AT_ONCE)
        assert not agenda.done
        gate.set()
        await eventually(lambda: agenda.done["wait"] == AT_ONCE + 3)
    assert begun == list(range(AT_ONCE + 3))
