"""Who is drawn: the same for the same seed, as published, and each stratum with a course that shows it."""

from collections.abc import Callable
from datetime import date

import pytest

from stepwell_kernel.codes import DischargeReason, PriorityClass
from stepwell_kernel.errors import Invalid
from stepwell_kernel.medication_codes import Medicine
from stepwell_simulation import mix, published
from stepwell_simulation.cohort import SHORT_STAY_DAYS, draw_patients, stratified
from stepwell_simulation.conduct import Conduct, Loss
from stepwell_simulation.draws import Draws
from stepwell_simulation.profile import Drug, Home, Profile, Stratum
from stepwell_simulation.samples import Median, Share

BEGUN_ON = date(2026, 3, 2)
SURELY = 0.9999
DRAWN = draw_patients(7, 2_500, BEGUN_ON)


def is_adult(profile: Profile) -> bool:
    return (BEGUN_ON - profile.born_on).days >= mix.ADULT_YEARS * 365.25


def may_be(share: float, hits: int, of: int) -> bool:
    """Whether so many of so many are drawn from a share in percent."""
    interval = Share(hits, of).estimate(SURELY).interval
    return interval is not None and interval[0] <= share <= interval[1]


def count(matches: Callable[[Profile], bool]) -> int:
    return sum(map(matches, DRAWN))


def test_the_same_seed_has_the_same_patients_however_many_are_asked_for() -> None:
    assert draw_patients(7, 30, BEGUN_ON) == DRAWN[:30]
    assert draw_patients(8, 30, BEGUN_ON) != DRAWN[:30]


def test_a_draw_does_not_depend_on_others() -> None:
    draws = Draws(7, ("patient", "1"))
    first = draws.of("age").between(0, 1)
    draws.of("sex").chance(0.5)
    assert draws.of("age").between(0, 1) == first
    assert draws.of("home").between(0, 1) != first


def test_patients_arrive_one_after_the_other_at_the_rate_that_is_asked_for() -> None:
    days = [profile.referred_day for profile in draw_patients(7, 400, BEGUN_ON, arrivals_per_day=4.0)]
    assert days == sorted(days)
    assert 80 < days[-1] < 120


@pytest.mark.parametrize(("drug", "share"), published.PRIMARY_DRUG.items())
def test_drugs_are_as_published(drug: Drug, share: float) -> None:
    assert may_be(share, count(lambda profile: profile.drug is drug), len(DRAWN))


@pytest.mark.parametrize(
    ("matches", "share"),
    [
        (lambda profile: not profile.is_female, published.MALE),
        (lambda profile: profile.source.value == "court", published.REFERRED_BY["justice"]),
        (lambda profile: profile.payer.value == "medicaid", published.INSURED_BY["medicaid"]),
        (lambda profile: profile.payer.value == "self_pay", published.INSURED_BY["none"]),
        (
            lambda profile: profile.medicine is not None and profile.drug in mix.OPIATES,
            published.MEDICATION_PLANNED,
        ),
        (lambda profile: Conduct(profile).lost_before is Loss.ASSESSMENT, published.LOST_BEFORE_ASSESSMENT),
    ],
)
def test_shares_of_all_are_as_published(matches: Callable[[Profile], bool], share: float) -> None:
    assert may_be(share, count(matches), len(DRAWN))


@pytest.mark.parametrize(("reason", "stay"), published.STAYS.items())
def test_reasons_and_stays_are_as_published(reason: DischargeReason, stay: published.Stay) -> None:
    in_care = [profile for profile in DRAWN if profile.reason is not None]
    reasons = set(published.OTHER_ENDS) if reason is DischargeReason.OTHER else {reason}
    days = [Conduct(profile).last_day for profile in in_care if profile.reason in reasons]
    assert may_be(stay.share, len(days), len(in_care))
    interval = Median(days).estimate(SURELY).interval
    assert interval is not None
    assert interval[0] - 0.5 <= stay.median_days <= interval[1] + 0.5


def test_adolescents_and_opioid_programs_are_where_they_can_be() -> None:
    minors = [profile for profile in DRAWN if not is_adult(profile)]
    assert minors
    assert all(profile.home is Home.HARBORLIGHT for profile in minors)
    special = {Medicine.METHADONE, Medicine.BRIXADI_WEEKLY}
    treated = [profile for profile in DRAWN if profile.medicine in special]
    assert {profile.medicine for profile in treated} == special
    assert all(profile.home is Home.HARBORLIGHT and is_adult(profile) for profile in treated)
    assert all(profile.drug in mix.OPIATES for profile in treated)


def test_homes_can_be_chosen() -> None:
    drawn = draw_patients(7, 60, BEGUN_ON, homes={Home.HILLSIDE: 1.0})
    assert {profile.home for profile in drawn if is_adult(profile)} == {Home.HILLSIDE}
    assert not any(profile.steps_down for profile in drawn if profile.home is Home.HILLSIDE)


def test_days_within_a_stay_lie_within_it() -> None:
    for profile in DRAWN:
        for day in (profile.relapse_day, profile.crisis_day):
            assert day is None or 2 <= day <= profile.stay_days - 2
        assert (profile.stay_days > 0) is (profile.reason is not None)
        assert 0 < profile.attendance < 1
        assert 0 <= profile.measure <= 27


@pytest.mark.parametrize("seed", range(20))
def test_every_stratum_is_shown_and_ends_soon(seed: int) -> None:
    cohort = stratified(seed, 12, BEGUN_ON)
    assert [profile.number for profile in cohort] == list(range(1, 13))
    assert [profile.stratum for profile in cohort] == [*Stratum][:8] + [Stratum.DRAWN] * 4
    first, last = SHORT_STAY_DAYS
    assert all(profile.reason is None or first <= profile.stay_days <= last for profile in cohort)
    assert all(0 <= profile.referred_day <= 3 and profile.wait_days <= 2 for profile in cohort)
    assert all(is_adult(profile) for profile in cohort[:8])
    by = {profile.stratum: profile for profile in cohort[:8]}
    assert by[Stratum.DECLINED].reason is None
    assert by[Stratum.COMPLETED].steps_down
    assert by[Stratum.DROPPED_OUT].reason is DischargeReason.DROPPED_OUT
    assert by[Stratum.ON_METHADONE].medicine is Medicine.METHADONE
    assert by[Stratum.ON_INJECTIONS].medicine is Medicine.BRIXADI_WEEKLY
    assert by[Stratum.IN_CRISIS].crisis_day is not None
    assert by[Stratum.TRANSFERRED].home is Home.RIVERBEND
    assert by[Stratum.WAITLISTED].priority is not PriorityClass.GENERAL


def test_the_strata_need_room() -> None:
    with pytest.raises(Invalid) as refused:
        stratified(1, 7, BEGUN_ON)
    assert refused.value.code == "too_few_patients"
