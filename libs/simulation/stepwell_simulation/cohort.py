"""Patients drawn from the published distributions: the same for the same seed, however many are asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, count, islice
from math import ceil

from stepwell_kernel.codes import DischargeReason, PriorityClass, Urgency
from stepwell_kernel.errors import Invalid
from stepwell_kernel.medication_codes import Medicine
from stepwell_simulation import mix
from stepwell_simulation.conduct import UNSEEN_DAYS
from stepwell_simulation.draws import Draws
from stepwell_simulation.profile import Drug, Home, Profile, Stratum
from stepwell_simulation.published import STAYS

YEAR_DAYS = 365.25

#: TEDS puts all longer stays into one bin, so nothing is known of them.
LONGEST_STAY_DAYS = 730

#: The demonstration is to end within minutes.
REFERRED_WITHIN_DAYS = 3.0
LONGEST_WAIT_DAYS = 2.0
SHORT_STAY_DAYS = (35, 56)


def draw_patients(
    seed: int,
    patients: int,
    begun_on: date,
    *,
    homes: Mapping[Home, float] | None = None,
    arrivals_per_day: float = 2.0,
) -> tuple[Profile, ...]:
    """The first patients of a seed, in the order in which they are referred, at random times.

    `homes` are shares of the facilities for adults; adolescents come where there is a group for them.
    """
    drawn = draw_without_end(seed, begun_on, homes=homes, arrivals_per_day=arrivals_per_day)
    return tuple(islice(drawn, patients))


def draw_without_end(
    seed: int,
    begun_on: date,
    *,
    homes: Mapping[Home, float] | None = None,
    arrivals_per_day: float = 2.0,
) -> Iterator[Profile]:
    """The patients of a seed, each drawn when it is asked for; else as `draw_patients`."""
    shares = mix.HOMES if homes is None else homes
    gaps = (_draws(seed, number).of("gap").random().expovariate(arrivals_per_day) for number in count(1))
    for number, day in enumerate(accumulate(gaps), start=1):
        yield _drawn(_draws(seed, number), number, begun_on, shares, day)


def stratified(seed: int, patients: int, begun_on: date) -> tuple[Profile, ...]:
    """A cohort that surely shows each stratum, in their order, with short courses; the rest are drawn.

    Raises Invalid (`too_few_patients`) when there is no room for the strata.
    """
    strata = [stratum for stratum in Stratum if stratum is not Stratum.DRAWN]
    if patients < len(strata):
        raise Invalid("too_few_patients", f"the strata alone are {len(strata)} patients")
    adult_on = begun_on - timedelta(days=ceil(mix.ADULT_YEARS * YEAR_DAYS))
    short = [_short(profile) for profile in draw_patients(seed, patients, begun_on)]
    shown = [_of_stratum(profile, stratum, adult_on) for profile, stratum in zip(short, strata, strict=False)]
    return (*shown, *short[len(strata) :])


def _draws(seed: int, number: int) -> Draws:
    return Draws(seed, ("patient", str(number)))


def _drawn(draws: Draws, number: int, begun_on: date, homes: Mapping[Home, float], referred_day: float) -> Profile:
    years = _years(draws)
    is_female = not draws.of("sex").chance(mix.MALE)
    home = draws.of("home").choose(homes) if years >= mix.ADULT_YEARS else mix.HOME_OF_ADOLESCENTS
    drug = draws.of("drug").choose(mix.DRUGS)
    priority = _priority(draws, drug, years, is_female=is_female)
    reason = None if draws.of("lost-at-all").chance(mix.NEVER_IN_CARE) else draws.of("reason").choose(mix.REASONS)
    stay_days = 0 if reason is None else _stay_days(draws, reason)
    return Profile(
        number=number,
        stratum=Stratum.DRAWN,
        home=home,
        given_name=draws.of("given").random().choice(mix.GIVEN_NAMES),
        family_name=draws.of("family").random().choice(mix.FAMILY_NAMES),
        born_on=begun_on - timedelta(days=ceil(years * YEAR_DAYS)),
        is_female=is_female,
        source=draws.of("source").choose(mix.SOURCES),
        urgency=Urgency.URGENT if priority in mix.PREGNANT else draws.of("urgency").choose(mix.URGENCY),
        priority=priority,
        payer=draws.of("payer").choose(mix.PAYERS),
        drug=drug,
        medicine=_medicine(draws, drug, home, years),
        referred_day=referred_day,
        wait_days=draws.of("wait-day").between(*draws.of("wait").choose(mix.WAITS)),
        reason=reason,
        stay_days=stay_days,
        steps_down=_steps_down(draws, home, reason, stay_days),
        attendance=_attendance(draws, reason),
        lateness=draws.of("lateness").between(*mix.LATENESS),
        replies=draws.of("replies").between(*mix.REPLIES),
        measure=_measure(draws),
        gain=_gain(draws, reason),
        relapse_day=_day(draws.of("relapse"), mix.RELAPSES, stay_days),
        crisis_day=_day(draws.of("crisis"), mix.IN_CRISIS, stay_days),
        returns=reason in mix.COMES_BACK_AFTER and draws.of("returns").chance(mix.RETURNS),
        draws=draws,
    )


def _years(draws: Draws) -> float:
    first, last = draws.of("age").choose(mix.AGES)
    return draws.of("birthday").between(first, last + 1)


def _priority(draws: Draws, drug: Drug, years: float, *, is_female: bool) -> PriorityClass:
    injects = draws.of("injects").chance(mix.INJECTS.get(drug, 0.0))
    first, last = mix.CHILDBEARING_YEARS
    if is_female and first <= years < last and draws.of("pregnant").chance(mix.IS_PREGNANT):
        return PriorityClass.PREGNANT_INJECTING if injects else PriorityClass.PREGNANT
    return PriorityClass.INJECTING if injects else PriorityClass.GENERAL


def _medicine(draws: Draws, drug: Drug, home: Home, years: float) -> Medicine | None:
    if drug is Drug.ALCOHOL and draws.of("medicated").chance(mix.ALCOHOL_MEDICATED):
        return Medicine.NALTREXONE_ORAL
    if drug not in mix.OPIATES or not draws.of("medicated").chance(mix.OPIATES_MEDICATED):
        return None
    has_opioid_program = home is Home.HARBORLIGHT and years >= mix.ADULT_YEARS
    return draws.of("medicine").choose(mix.OPIOID_PROGRAM_MEDICINES if has_opioid_program else mix.OFFICE_MEDICINES)


def _stay_days(draws: Draws, reason: DischargeReason) -> int:
    """From the admission to the discharge; TEDS counts to the last contact, which for who drops out was before that."""
    stay = STAYS.get(reason, STAYS[DischargeReason.OTHER])
    days = min(ceil(draws.of("stay").log_normal(stay.mu, stay.sigma)), LONGEST_STAY_DAYS)
    return days + (UNSEEN_DAYS if reason is DischargeReason.DROPPED_OUT else 0)


def _steps_down(draws: Draws, home: Home, reason: DischargeReason | None, stay_days: int) -> bool:
    has_program = home is not Home.HILLSIDE
    long_enough = stay_days >= mix.STEP_DOWN_STAY_DAYS
    return (
        has_program and long_enough and reason is DischargeReason.COMPLETED and draws.of("down").chance(mix.STEPS_DOWN)
    )


def _attendance(draws: Draws, reason: DischargeReason | None) -> float:
    mean = mix.ATTENDANCE.get(reason, mix.USUAL_ATTENDANCE)
    return draws.of("attendance").random().betavariate(mean * mix.ALIKE, (1 - mean) * mix.ALIKE)


def _measure(draws: Draws) -> int:
    depressed = draws.of("disorder").chance(mix.MENTAL_DISORDER)
    return round(draws.of("measure").between(*(mix.PHQ_9_DISORDER if depressed else mix.PHQ_9_OTHERS)))


def _gain(draws: Draws, reason: DischargeReason | None) -> float:
    usual = mix.GAIN_COMPLETED if reason is DischargeReason.COMPLETED else mix.GAIN_OTHERS
    return min(max(draws.of("gain").random().gauss(usual, mix.GAIN_SPREAD), mix.GAIN_LEAST), mix.GAIN_MOST)


def _day(draws: Draws, chance: float, stay_days: int) -> int | None:
    """A day between the second one and the day before the last, if it comes at all."""
    if stay_days <= mix.EVENTFUL_STAY_DAYS or not draws.of("whether").chance(chance):
        return None
    return round(draws.of("when").between(2, stay_days - 2))


def _short(profile: Profile) -> Profile:
    """The patient with a course that a demonstration has the time for."""
    first, last = SHORT_STAY_DAYS
    stay_days = min(max(profile.stay_days, first), last)
    return replace(
        profile,
        referred_day=profile.draws.of("soon").between(0, REFERRED_WITHIN_DAYS),
        wait_days=min(profile.wait_days, LONGEST_WAIT_DAYS),
        stay_days=0 if profile.reason is None else stay_days,
        relapse_day=_earlier(profile.relapse_day, stay_days),
        crisis_day=_earlier(profile.crisis_day, stay_days),
    )


def _earlier(day: int | None, stay_days: int) -> int | None:
    return None if day is None else 2 + day % (stay_days - 4)


def _of_stratum(profile: Profile, stratum: Stratum, adult_on: date) -> Profile:
    """The patient with the course that the stratum shows, an adult in the usual order of things."""
    first, last = SHORT_STAY_DAYS
    usual = replace(
        profile,
        stratum=stratum,
        born_on=min(profile.born_on, adult_on),
        urgency=Urgency.ROUTINE,
        priority=PriorityClass.GENERAL,
        reason=DischargeReason.COMPLETED,
        stay_days=round(profile.draws.of("short-stay").between(first, last)),
        steps_down=False,
        medicine=None,
        relapse_day=None,
        crisis_day=None,
        returns=False,
    )
    match stratum:
        case Stratum.DECLINED:
            return replace(usual, home=Home.RIVERBEND, reason=None, stay_days=0)
        case Stratum.COMPLETED:
            return replace(usual, home=Home.HARBORLIGHT, steps_down=True)
        case Stratum.DROPPED_OUT:
            return replace(usual, home=Home.RIVERBEND, reason=DischargeReason.DROPPED_OUT, returns=True)
        case Stratum.ON_METHADONE:
            return replace(usual, home=Home.HARBORLIGHT, drug=Drug.HEROIN, medicine=Medicine.METHADONE)
        case Stratum.ON_INJECTIONS:
            return replace(usual, home=Home.HARBORLIGHT, drug=Drug.OTHER_OPIATES, medicine=Medicine.BRIXADI_WEEKLY)
        case Stratum.IN_CRISIS:
            return replace(usual, home=Home.RIVERBEND, steps_down=True, relapse_day=6, crisis_day=11)
        case Stratum.TRANSFERRED:
            return replace(usual, home=Home.RIVERBEND)
        case Stratum.WAITLISTED:
            return replace(usual, home=Home.HARBORLIGHT, drug=Drug.HEROIN, priority=PriorityClass.INJECTING)
        case Stratum.DRAWN:
            return usual
