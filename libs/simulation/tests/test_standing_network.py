"""The network that lives as long as its platform: begun once, with patients who are the same at every start."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from libs.simulation.tests.stand_in import StandIn
from stepwell_kernel.errors import Invalid
from stepwell_simulation.living.run import Until
from stepwell_simulation.living.simulate import RUSH, RUSH_DAYS, Cohort, Plan
from stepwell_simulation.standing import TAKEN_UP_WITHIN, _begun_at

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


async def test_a_run_whose_answers_may_be_gone_is_not_taken_up(tmp_path: Path) -> None:
    kept, platform = tmp_path / "simulation.json", StandIn().platform()
    begun_at = await _begun_at(platform, kept)
    long_ago = datetime.now(UTC) - TAKEN_UP_WITHIN
    kept.write_text(json.dumps({"begun_at": (begun_at - timedelta(days=30)).isoformat(), "wall": long_ago.isoformat()}))
    assert await _begun_at(platform, kept) >= begun_at


def test_it_opens_with_a_rush_and_goes_on_with_new_patients_in_their_order() -> None:
    patients = plan(24).profiles(BEGUN_ON)
    days = [profile.referred_day for profile in patients]
    first = round(RUSH * 24)
    assert days == sorted(days)
    assert days[first - 1] < RUSH_DAYS <= days[first]
    assert 10 < sum(60 <= day < 80 for day in days) < 40
    assert patients == plan(24).profiles(BEGUN_ON)


def test_nobody_comes_where_nobody_is_asked_for_and_strata_want_room() -> None:
    assert plan(0).profiles(BEGUN_ON) == ()
    assert len(plan(9, Cohort.STRATIFIED).profiles(BEGUN_ON)) == 9
    with pytest.raises(Invalid, match="too_few_patients"):
        plan(3, Cohort.STRATIFIED).profiles(BEGUN_ON)
