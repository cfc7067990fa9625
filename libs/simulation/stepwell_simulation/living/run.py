"""A run of the network: facilities open, patients are referred, staff and patients act until the run is over."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.errors import Bug, Kind, StepwellError
from stepwell_simulation.conduct import COMES_BACK_AFTER, Conduct
from stepwell_simulation.draws import Draws
from stepwell_simulation.living import ending
from stepwell_simulation.living.agenda import Agenda, Deed
from stepwell_simulation.living.answers import ANSWERS
from stepwell_simulation.living.before_care import referral_of
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.clock import LiveClock
from stepwell_simulation.living.course import course_of
from stepwell_simulation.living.entries import Entries
from stepwell_simulation.living.houses import HOUSES, House
from stepwell_simulation.living.messages import answer_texts
from stepwell_simulation.living.office import Office
from stepwell_simulation.living.openings import openings, publish, start_series
from stepwell_simulation.living.planned import Planned
from stepwell_simulation.living.rounds import set_rounds
from stepwell_simulation.living.taking_up import take_up
from stepwell_simulation.living.world import World
from stepwell_simulation.platform import AWAY, Person
from stepwell_simulation.profile import Profile

#: How often people look, in domain time, and at most in wall seconds.
LOOK_EVERY = timedelta(hours=1)
LOOK_PAUSE_S = 0.8
REFRESH_S = 2.0
AFTERCARE = timedelta(days=30)
SOON = timedelta(hours=6)

#: A year of aftercare, and the days until what is left of it is closed.
YEAR_OF_AFTERCARE = timedelta(days=400)

#: Who neither comes into care nor leaves it so long after the time for it is stuck, and the run would never end.
STUCK_AFTER = timedelta(days=120)
TRY_AGAIN = timedelta(hours=12)
GIVEN_UP_AFTER = timedelta(days=14)

#: Refusals that pass by themselves.
PASSING = frozenset(
    {
        "crisis_open",
        "day_in_the_past",
        "decision_under_way",
        "episode_not_in_care",
        "facility_out_of_scope",
        "monitoring_check_stale",
        "phase_does_not_allow",
    }
)


class Until(StrEnum):
    """When a run is over: never, after thirty days of aftercare, or when all that it is to show has been closed.

    AFTERCARE_30 asks of each patient's first course only that it is over, and closed or thirty days past the day on
    which care was to end: who came back may still be in care. CLOSED asks that every episode is closed, also that of a
    return, and that nobody is still to come back.
    """

    STOPPED = "stopped"
    AFTERCARE_30 = "aftercare-30"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands, for whoever watches: patients by where they are in their course, and what staff did.

    Of the entries some are wrong at first, and those are put right later.
    """

    now: datetime
    day: int
    patients: int
    referred: int
    in_care: int
    ended: int
    deeds: int
    refusals: int
    entries: int
    wrong_entries: int
    corrected_entries: int


Watch = Callable[[Standing], None]


@dataclass
class Network:
    """The simulated network on a running platform.

    `profiles` are the patients who are known from the beginning, `newcomers` those who come after them. `begun_at` is
    when the run began, `taken_up_at` when this process went on with it. `courses` are the courses of care in their
    order, `cases` the same ones by episode; who is closed for long is not among them, `gone` counts those patients.
    `turned_away` counts referrals that the platform refused, `kept_out` returns that it did, `heard` the
    texts by number.
    """

    world: World
    clock: LiveClock
    profiles: Sequence[Profile]
    newcomers: Iterator[Profile]
    seed: int
    watch: Watch
    begun_at: datetime
    taken_up_at: datetime
    agenda: Agenda
    people: dict[UUID, Person] = field(default_factory=dict)
    offices: dict[UUID, Office] = field(default_factory=dict)
    cases: dict[UUID, Case] = field(default_factory=dict)
    courses: list[Case] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    entries: Entries = field(default_factory=Entries)
    turned_away: int = 0
    kept_out: int = 0
    gone: int = 0

    @property
    def run(self) -> str:
        """What all keys of this run begin with; another run of the seed has other patients."""
        return f"sim-{self.seed}-{self.begun_at:%Y%m%dT%H%M%S}"

    def office(self, house: House) -> Office:
        """The office of a facility."""
        return self.offices[house.facility_id]

    async def open(self) -> None:
        """Publish all facilities, sign the staff in, start the series, and set the referrals."""
        for opening in openings():
            await publish(opening, await self._person(opening.administrator))
        tomorrow = (self.clock.now() + timedelta(days=1)).date()
        for house in HOUSES.values():
            await self._staff(house)
            await start_series(self.office(house).person(Role.SCHEDULER).scheduling, house, tomorrow, self.run)
            set_rounds(self.office(house))
        for profile in self.profiles:
            self._set_referral(profile)
        self.await_newcomers()

    def await_newcomers(self) -> None:
        """Draw those who come later one by one, and forget who has long left, so that a run may go on for ever."""

        async def next_one() -> datetime | None:
            self._forget_the_gone()
            for newcomer in self.newcomers:
                if self._set_referral(newcomer):
                    return self.begun_at + timedelta(days=newcomer.referred_day)
            return None

        self.agenda.add(self.begun_at, "newcomers", next_one)

    async def live(self, until: Until) -> None:
        """Go on until the run is over.

        Raises Bug (`patient_stuck`) when it never would be, and what a bug raised in anything that was done.
        """
        acting = [
            asyncio.create_task(self.world.pace.keep(), name="pace"),
            asyncio.create_task(self.agenda.keep(self.clock.now), name="agenda"),
            asyncio.create_task(self._keep_time(), name="time"),
            asyncio.create_task(self._keep_looking(until), name="worklists"),
        ]
        try:
            done, _ = await asyncio.wait(acting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in acting:
                task.cancel()
            await asyncio.gather(*acting, return_exceptions=True)

    async def _keep_time(self) -> None:
        while True:
            with contextlib.suppress(*AWAY):
                await self.clock.refresh()
            self.watch(self.standing())
            await asyncio.sleep(REFRESH_S)

    async def _keep_looking(self, until: Until) -> None:
        """Poll all worklists once an hour of domain time, with a pause at least; ends with the run."""
        while not await self._is_over(until):
            looked_at = self.clock.now()
            await self._look()
            await asyncio.sleep(LOOK_PAUSE_S)
            while self.clock.now() - looked_at < LOOK_EVERY:
                await asyncio.sleep(LOOK_PAUSE_S)

    def standing(self) -> Standing:
        """How the run stands."""
        now = self.clock.now()
        return Standing(
            now=now,
            day=(now - self.begun_at).days,
            patients=len(self.profiles),
            referred=self.gone + len(self._first_courses()),
            in_care=sum(case.admitted_at is not None and not case.ended for case in self.courses),
            ended=self.gone + sum(case.ended for case in self.courses),
            deeds=self.agenda.done.total(),
            refusals=self.agenda.refusals.total(),
            entries=self.entries.made,
            wrong_entries=self.entries.wrong,
            corrected_entries=self.entries.corrected,
        )

    async def _look(self) -> None:
        """Look at all worklists and phones; what is away now is looked at the next time."""
        with contextlib.suppress(*AWAY):
            await asyncio.gather(*(office.poll() for office in self.offices.values()))
            by_phone = {case.profile.phone: case for case in self.courses}
            await answer_texts(self.world.phones, by_phone, self.heard, self.clock.now())

    async def _person(self, staff_id: UUID) -> Person:
        if staff_id not in self.people:
            self.people[staff_id] = await self.world.platform.person(staff_id)
        return self.people[staff_id]

    async def _staff(self, house: House) -> None:
        for staff_id in house.staff.values():
            await self._person(staff_id)
        self.offices[house.facility_id] = Office(
            house=house,
            people=self.people,
            clock=self.clock,
            agenda=self.agenda,
            cases=self.cases,
            draws=Draws(self.seed, (house.home,)),
            answers=ANSWERS,
            world=self.world,
            entries=self.entries,
        )

    def _set_referral(self, profile: Profile) -> bool:
        """Whether there is one to come, or to be asked for again; nothing does of who is closed for long."""
        if self._is_gone(profile):
            self.gone += 1
            return False
        office = self.office(HOUSES[profile.home])
        at = office.working(self.begun_at + timedelta(days=profile.referred_day))

        async def refer() -> datetime | None:
            intake = office.person(Role.INTAKE_COORDINATOR).intake
            key = f"{self.run}-{profile.number}-referral"
            try:
                opened = await intake.receive_referral(referral_of(profile, office), key=key)
            except StepwellError as refusal:
                self.turned_away += refusal.kind is not Kind.UNAVAILABLE
                raise
            case = Case(profile, Conduct(profile), office.house, self.run, opened.episode_id, opened.patient_id)
            await self._know(case, at)
            return None

        self.agenda.add(at, "referral", refer)
        return True

    def _is_gone(self, profile: Profile) -> bool:
        """Whether all courses of a patient are surely closed, however late each was."""
        stays = timedelta(days=profile.stay_days) * (2 if profile.returns else 1)
        over = self.begun_at + timedelta(days=profile.referred_day + profile.wait_days) + stays
        return self.clock.now() > over + COMES_BACK_AFTER + STUCK_AFTER + YEAR_OF_AFTERCARE

    def _forget_the_gone(self) -> None:
        gone = {case.episode_id for case in self.courses if case.ended and self._is_gone(case.profile)}
        for episode_id in gone:
            case = self.cases.pop(episode_id)
            self.gone += case.course == 1
            del self.heard[case.profile.phone]
        self.courses = [case for case in self.courses if case.episode_id not in gone]
        for office in self.offices.values():
            office.forget(gone)

    async def _know(self, case: Case, since: datetime) -> None:
        """Follow a patient; whose course began before this process went on with the run is taken up."""
        if since < self.taken_up_at:
            await take_up(self.office(case.house), case)
        self.cases[case.episode_id] = case
        self.courses.append(case)
        self.agenda.add(self.clock.now() + SOON, "admitted", self._await_care(case))

    def _await_care(self, case: Case) -> Deed:
        async def look() -> datetime | None:
            if case.admitted_at is None:
                return None if case.ended else self.clock.now() + SOON
            self._plan_course(case, case.admitted_at)
            return None

        return look

    def _plan_course(self, case: Case, begun: datetime) -> None:
        for planned in () if case.ended else course_of(case):
            at = self.office(case.house).working(begun + planned.after)
            if not case.is_taken_up or planned.is_caught_up or at > self.clock.now():
                self.agenda.add(at, planned.name, self._step(case, planned))
        if case.profile.returns and case.course == 1:
            back_at = begun + timedelta(days=case.profile.stay_days) + COMES_BACK_AFTER
            self.agenda.add(self.office(case.house).working(back_at), "return", self._return(case, back_at))

    def _step(self, case: Case, planned: Planned) -> Deed:
        async def step() -> datetime | None:
            return await planned.step(self.office(case.house), case)

        return self._patiently(step, (case.admitted_at or self.clock.now()) + planned.after)

    def _return(self, case: Case, at: datetime) -> Deed:
        async def come_back() -> datetime | None:
            episode_id = await ending.come_back(self.office(case.house), case)
            again = Case(case.profile, case.conduct, case.house, case.run, episode_id, case.patient_id, course=2)
            await self._know(again, at)
            return None

        tried = self._patiently(come_back, at)

        async def return_or_stay_away() -> datetime | None:
            try:
                return await tried()
            except StepwellError as refusal:
                self.kept_out += refusal.kind is not Kind.UNAVAILABLE
                raise

        return return_or_stay_away

    def _patiently(self, deed: Deed, at: datetime) -> Deed:
        """What stands against a step of a course for some days, such as an open crisis, is waited for."""

        async def tried() -> datetime | None:
            try:
                return await deed()
            except StepwellError as refusal:
                if refusal.code not in PASSING or self.clock.now() > at + GIVEN_UP_AFTER:
                    raise
                return self.clock.now() + TRY_AGAIN

        return tried

    async def _is_over(self, until: Until) -> bool:
        if until is Until.STOPPED:
            return False
        courses = self.courses if until is Until.CLOSED else self._first_courses()
        for case in courses:
            self._check_moving(case)
        if not all(case.ended for case in courses) or self._is_awaiting(until):
            return False
        with contextlib.suppress(StepwellError, *AWAY):
            return all([await self._has_ended(case, until) for case in courses])
        return False

    def _first_courses(self) -> Sequence[Case]:
        return [case for case in self.courses if case.course == 1]

    def _is_awaiting(self, until: Until) -> bool:
        """Whether somebody is still to be referred, or to come back where that counts."""
        first = self._first_courses()
        if len(first) + self.turned_away < len(self.profiles):
            return True
        returns = sum(case.profile.returns and case.admitted_at is not None for case in first)
        return until is Until.CLOSED and returns > len(self.courses) - len(first) + self.kept_out

    async def _has_ended(self, case: Case, until: Until) -> bool:
        intake = self.office(case.house).person(Role.SUPERVISOR).intake
        if (await intake.episode(case.episode_id)).phase is Phase.CLOSED:
            return True
        left_at = (case.admitted_at or self.clock.now()) + timedelta(days=case.profile.stay_days)
        return until is Until.AFTERCARE_30 and self.clock.now() >= left_at + AFTERCARE

    def _check_moving(self, case: Case) -> None:
        profile = case.profile
        stay = timedelta(days=profile.stay_days)
        referred = self.begun_at + timedelta(days=profile.referred_day) + (case.course - 1) * (stay + COMES_BACK_AFTER)
        begun = case.admitted_at or referred + timedelta(days=profile.wait_days)
        if not case.ended and self.clock.now() > begun + stay + STUCK_AFTER:
            raise Bug("patient_stuck", f"patient {profile.number} neither comes into care nor leaves it")
