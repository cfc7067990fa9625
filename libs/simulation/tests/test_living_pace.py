"""The pace of a run: slower while the platform is behind, then as fast as is wanted again, slow where minutes count."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from libs.simulation.tests.stand_in import StandIn, hand_clock
from stepwell_simulation.living.pace import AT_FIRST, SLOWEST, Pace
from stepwell_simulation.network import OPERATOR

WANTED = 1000.0


async def pace_on(stand_in: StandIn, late: Callable[[], timedelta] = timedelta) -> Pace:
    pace = Pace(hand_clock(stand_in), await stand_in.platform().person(OPERATOR), lambda: WANTED, late)
    pace.borne = WANTED
    return pace


async def test_it_runs_slower_while_the_platform_is_behind_but_never_stands_still() -> None:
    stand_in = StandIn(lag_s=5.0)
    pace = await pace_on(stand_in)
    factors = [pace._factor()]
    for _ in range(20):
        await pace._adjust()
        factors.append(pace._factor())
    assert factors[0] == WANTED
    assert factors == sorted(factors, reverse=True)
    assert factors[1] < WANTED
    assert factors[-1] == SLOWEST * WANTED


async def test_it_comes_back_to_what_is_wanted_when_the_platform_keeps_up() -> None:
    stand_in = StandIn(lag_s=5.0)
    pace = await pace_on(stand_in)
    for _ in range(4):
        await pace._adjust()
    slowed = pace._factor()
    stand_in.lag_s = 1.0
    await pace._adjust()
    assert pace._factor() == slowed
    stand_in.lag_s = 0.0
    await pace._adjust()
    assert slowed < pace._factor() < WANTED
    for _ in range(20):
        await pace._adjust()
    assert pace._factor() == WANTED


async def test_it_runs_slower_while_staff_are_behind_and_stays_so_until_they_are_in_time() -> None:
    late = [timedelta(hours=20), timedelta(hours=6), timedelta(hours=1)]
    pace = await pace_on(StandIn(), lambda: late.pop(0))
    factors = []
    for _ in range(3):
        await pace._adjust()
        factors.append(pace._factor())
    assert factors[0] == factors[1] < factors[2] <= WANTED


async def test_it_runs_no_slower_while_the_platform_catches_up() -> None:
    stand_in = StandIn()
    pace = await pace_on(stand_in)
    factors = []
    for lag_s in (9.0, 5.0, 3.0, 2.9):
        stand_in.lag_s = lag_s
        await pace._adjust()
        factors.append(pace._factor())
    assert factors[0] == factors[1] == factors[2] > factors[3]


async def test_where_minutes_count_it_runs_no_faster_until_the_last_of_them_is_over() -> None:
    stand_in = StandIn()
    pace = await pace_on(stand_in)
    async with pace.slowly(200.0):
        assert stand_in.factors == [200.0]
        async with pace.slowly(50.0):
            assert pace._factor() == 50.0
        assert pace._factor() == 200.0
    assert pace._factor() == WANTED


async def test_it_runs_fast_again_after_a_failure_where_minutes_counted() -> None:
    pace = await pace_on(StandIn())
    with pytest.raises(KeyError):
        async with pace.slowly(200.0):
            raise KeyError("page")
    assert pace._factor() == WANTED


async def test_a_pace_that_is_set_is_not_set_again() -> None:
    stand_in = StandIn()
    pace = await pace_on(stand_in)
    for _ in range(3):
        await pace.clock.run(300.0)
    assert stand_in.factors == [300.0]


async def test_a_run_begins_slowly_and_comes_up_to_what_is_wanted() -> None:
    stand_in = StandIn()
    begun = Pace(hand_clock(stand_in), await stand_in.platform().person(OPERATOR), lambda: WANTED, timedelta)
    factors = [begun._factor()]
    while factors[-1] < WANTED:
        await begun._adjust()
        factors.append(begun._factor())
    assert factors[0] == AT_FIRST * WANTED
    assert 3 < len(factors) < 8


async def test_it_runs_no_faster_while_a_part_does_not_tell_whether_it_is_behind() -> None:
    stand_in = StandIn(lag_s=5.0)
    pace = await pace_on(stand_in)
    await pace._adjust()
    slowed = pace._factor()
    stand_in.lag_s, stand_in.silent = 0.0, ["intake"]
    await pace._adjust()
    assert pace._factor() == slowed
    stand_in.silent = []
    await pace._adjust()
    assert pace._factor() > slowed


async def test_another_pace_than_was_wanted_begins_at_once_where_it_is_borne() -> None:
    stand_in = StandIn(lag_s=5.0)
    wanted = [WANTED]
    pace = Pace(hand_clock(stand_in), await stand_in.platform().person(OPERATOR), lambda: wanted[-1], timedelta)
    await pace._adjust()
    borne = pace._factor()
    wanted.append(borne / 10)
    assert pace._factor() == borne / 10
    wanted.append(WANTED)
    assert pace._factor() == borne


async def test_it_is_set_at_once_and_kept_until_cancelled() -> None:
    stand_in = StandIn()
    pace = await pace_on(stand_in)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await pace.keep()
    assert stand_in.factors == [WANTED]
