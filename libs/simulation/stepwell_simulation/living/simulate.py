"""A simulation on a running platform, from its plan to its end."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

import httpx2

from stepwell_simulation import network
from stepwell_simulation.cohort import draw_patients, draw_without_end, stratified
from stepwell_simulation.living.agenda import Agenda
from stepwell_simulation.living.clock import PRESENT, LiveClock
from stepwell_simulation.living.pace import Pace
from stepwell_simulation.living.phones import Phones
from stepwell_simulation.living.run import Network, Until, Watch
from stepwell_simulation.living.world import World
from stepwell_simulation.platform import AWAY, REAL_TIME, SECONDS_PER_DAY, RunningPlatform
from stepwell_simulation.profile import Profile

#: A standing network catches up at so many wall seconds a day. A pace that is asked for begins some seconds later.
PAST_DAY_S = 1.2
BEGINS_AFTER = timedelta(seconds=4.5)

#: A standing network opens with a rush: so many referrals for each patient who is to be in care, within some days. Then
#: as many come as leave: somebody who is referred is in care for about so many days on average, the lost counted in.
RUSH = 2.2
RUSH_DAYS = 5.0
DAYS_IN_CARE = 20.0

#: Who comes decades later is born as much later: there would be no adolescents any more, and in the end nobody alive.
DECADE = timedelta(days=3652)


class Cohort(StrEnum):
    """Which patients: each stratum with short courses, all drawn, or always new ones, so many in care at a time."""

    STRATIFIED = "stratified"
    DRAWN = "drawn"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated: how many patients of which seed, and how many wall seconds the shortest day lasts.

    `begun_at` is when a run that is taken up again began, in domain time.
    """

    patients: int
    seed: int
    day_s: float
    until: Until
    cohort: Cohort = Cohort.STRATIFIED
    begun_at: datetime | None = None

    def profiles(self, begun_on: date) -> tuple[Profile, ...]:
        """The patients who are known from the beginning; Invalid (`too_few_patients`)."""
        if not self.patients:
            return ()
        match self.cohort:
            case Cohort.STRATIFIED:
                return stratified(self.seed, self.patients, begun_on)
            case Cohort.DRAWN:
                return draw_patients(self.seed, self.patients, begun_on)
            case Cohort.STANDING:
                return tuple(islice(self._standing(begun_on), self._first))

    def newcomers(self, begun_on: date) -> Iterator[Profile]:
        """Those who come after them, by the time of their referral, as long as the run lasts."""
        if self.cohort is Cohort.STANDING and self.patients:
            return islice(self._standing(begun_on), self._first, None)
        return iter(())

    @property
    def _first(self) -> int:
        return round(RUSH * self.patients)

    def _standing(self, begun_on: date) -> Iterator[Profile]:
        drawn = draw_without_end(self.seed, begun_on, arrivals_per_day=self.patients / DAYS_IN_CARE)
        return map(_of_its_time, _with_rush(drawn, self._first))


def _with_rush(drawn: Iterator[Profile], first: int) -> Iterator[Profile]:
    """The first patients come within some days, the others after them at the pace at which they were drawn."""
    rush = list(islice(drawn, first))
    for number, one in enumerate(rush):
        yield replace(one, referred_day=RUSH_DAYS * number / first)
    begun = rush[-1].referred_day
    for one in drawn:
        yield replace(one, referred_day=RUSH_DAYS + one.referred_day - begun)


def _of_its_time(profile: Profile) -> Profile:
    decades = timedelta(days=profile.referred_day) // DECADE
    return replace(profile, born_on=profile.born_on + decades * DECADE) if decades else profile


async def simulate(platform: RunningPlatform, plan: Plan, watch: Watch) -> Network:
    """Open the network and live through the plan; the clock runs in real time again afterwards."""
    async with httpx2.AsyncClient(timeout=30.0) as http:
        clock = await LiveClock.of(platform)
        opened_at = clock.now()
        begun_at = plan.begun_at or opened_at
        agenda = Agenda()
        operator = await platform.person(network.OPERATOR)
        pace = Pace(clock, operator, _wanted(clock, plan), lambda: agenda.late(clock.now()))
        world = World(platform, Phones(http, platform.url("sms"), platform.url("mailbox")), pace)
        begun_on = begun_at.date()
        living = Network(
            world=world,
            clock=clock,
            profiles=plan.profiles(begun_on),
            newcomers=plan.newcomers(begun_on),
            seed=plan.seed,
            watch=watch,
            begun_at=begun_at,
            taken_up_at=opened_at,
            agenda=agenda,
        )
        await living.open()
        if living.profiles:
            try:
                await living.live(plan.until)
            finally:
                with contextlib.suppress(*AWAY):
                    await clock.run(REAL_TIME)
        return living


def _wanted(clock: LiveClock, plan: Plan) -> Callable[[], float]:
    """The pace that is asked for; until a standing network has come to the present, that of catching up."""
    is_past = plan.cohort is Cohort.STANDING and clock.lies_back() > PRESENT

    def factor() -> float:
        nonlocal is_past
        is_past = is_past and clock.lies_back(BEGINS_AFTER) > timedelta(0)
        return SECONDS_PER_DAY / (PAST_DAY_S if is_past else plan.day_s)

    return factor
