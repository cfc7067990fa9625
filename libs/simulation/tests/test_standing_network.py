"""The network that lives as long as its platform: begun once, with patients who are the same at every start."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from libs.simulation.tests.stand_in import StandIn, case_of
from stepwell_kernel.clock import ScaledTime, Segment
from stepwell_kernel.errors import Invalid
from stepwell_simulation.cohort import draw_patients
from stepwell_simulation.living.clock import LiveClock
from stepwell_simulation.living.run import Until
from stepwell_simulation.living.simulate import DAYS_IN_CARE, PAST_DAY_S, RUSH, RUSH_DAYS, Cohort, Plan, _wanted
from stepwell_simulation.platform import SECONDS_PER_DAY
from stepwell_simulation.profile import Profile
from stepwell_simulation.standing import _begun_at

BEGUN_ON = date(2026, 3, 2)


def plan(patients: int, cohort: Cohort = Cohort.STANDING) -> Plan:
    return Plan(patients, 1, 120.0, Until.STOPPED, cohort)


async def test_when_it_began_is_kept_from_the_first_start_on(tmp_path: Path) -> None:
    kept, platform = tmp_path / "simulation.json", StandIn().platform()
    before = datetime.now(UTC)
    begun_at = await _begun_at(platform, kept)
    assert before <= begun_at <= datetime.now(UTC)
    assert await _begun_at(platform, kept) == begun_at
    other = begun_at - timedelta(days=30)
    kept.write_text(kept.read_text().replace(begun_at.isoformat(), other.isoformat()))
    assert await _begun_at(platform, kept) == other


async def test_a_run_is_taken_up_however_long_ago_it_began(tmp_path: Path) -> None:
    kept = tmp_path / "simulation.json"
    begun_at = datetime.now(UTC) - timedelta(days=500)
    kept.write_text(json.dumps({"begun_at": begun_at.isoformat(), "wall": begun_at.isoformat()}))
    assert await _begun_at(StandIn().platform(), kept) == begun_at


def come(patients: int, number: int, seed: int = 1) -> list[Profile]:
    """So many of those who come, from the first one on."""
    asked = replace(plan(patients), seed=seed)
    return [*asked.profiles(BEGUN_ON), *islice(asked.newcomers(BEGUN_ON), number)][:number]


def test_it_opens_with_a_rush_and_goes_on_with_new_patients_in_their_order() -> None:
    first = round(RUSH * 24)
    patients = come(24, 200)
    days = [profile.referred_day for profile in patients]
    assert plan(24).profiles(BEGUN_ON) == tuple(patients[:first])
    assert [profile.number for profile in patients] == list(range(1, 201))
    assert days == sorted(days)
    assert days[first - 1] < RUSH_DAYS <= days[first]
    assert 10 < sum(60 <= day < 80 for day in days) < 40
    assert patients == come(24, 200)


def test_they_are_the_patients_whom_the_seed_has_drawn_from_the_first_to_the_two_thousandth() -> None:
    patients = come(16, 2_000, seed=185)
    drawn = draw_patients(185, 2_000, BEGUN_ON, arrivals_per_day=16 / DAYS_IN_CARE)
    assert [replace(one, referred_day=0.0) for one in patients] == [replace(one, referred_day=0.0) for one in drawn]
    known = patients[99]
    assert (known.given_name, known.family_name, known.born_on) == ("Farah", "Ashby", date(1975, 11, 28))
    assert (round(known.referred_day, 6), round(patients[-1].referred_day, 6)) == (92.099648, 2424.875946)


def test_patients_come_for_as_long_as_it_runs_with_the_ages_of_their_time() -> None:
    patients = list(islice(plan(1).newcomers(BEGUN_ON), 2_500, 3_000))
    assert 45_000 < patients[0].referred_day < patients[-1].referred_day < 65_000
    ages = [(BEGUN_ON + timedelta(days=one.referred_day) - one.born_on).days / 365.25 for one in patients]
    assert 11 < min(ages) < 25
    assert 55 < max(ages) < 110


@pytest.mark.parametrize("first", [1, 2_001, 79_001, 79_801, 500_001])
def test_phone_numbers_and_addresses_are_those_of_one_patient(first: int) -> None:
    known = case_of(2).profile
    patients = [replace(known, number=number) for number in range(first, first + 50_000)]
    assert len({profile.email for profile in patients}) == len({profile.phone for profile in patients}) == 50_000
    assert all(re.fullmatch(r"\+1[2-9][0-9]{2}55501[0-9]{2}", profile.phone) for profile in patients)


def clock_that_lies_back(days: float, factor: float) -> ScaledTime:
    wall = datetime.now(UTC)
    return ScaledTime((Segment(wall, wall - timedelta(days=days), factor),))


def test_a_past_is_lived_through_fast_until_the_next_pace_would_begin_in_the_present() -> None:
    fast, usual = SECONDS_PER_DAY / PAST_DAY_S, SECONDS_PER_DAY / 120.0
    clock = LiveClock(StandIn().platform(), clock_that_lies_back(28, 1.0))
    wanted = _wanted(clock, plan(16))
    assert wanted() == fast
    clock._time = clock_that_lies_back(4.5, fast)
    assert wanted() == fast
    clock._time = clock_that_lies_back(2.0, fast / 4)
    assert wanted() == fast
    clock._time = clock_that_lies_back(2.0, fast)
    assert wanted() == usual
    clock._time = clock_that_lies_back(28, 1.0)
    assert wanted() == usual


@pytest.mark.parametrize(("days", "cohort"), [(0.5, Cohort.STANDING), (-20, Cohort.STANDING), (28, Cohort.DRAWN)])
def test_who_is_not_in_the_past_has_the_usual_days_at_once(days: float, cohort: Cohort) -> None:
    clock = LiveClock(StandIn().platform(), clock_that_lies_back(days, 1.0))
    assert _wanted(clock, plan(16, cohort))() == SECONDS_PER_DAY / 120.0


def test_nobody_comes_where_nobody_is_asked_for_and_strata_want_room() -> None:
    assert plan(0).profiles(BEGUN_ON) == ()
    assert list(plan(0).newcomers(BEGUN_ON)) == list(plan(9, Cohort.DRAWN).newcomers(BEGUN_ON)) == []
    assert len(plan(9, Cohort.STRATIFIED).profiles(BEGUN_ON)) == 9
    with pytest.raises(Invalid, match="too_few_patients"):
        plan(3, Cohort.STRATIFIED).profiles(BEGUN_ON)
