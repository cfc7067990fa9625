"""How patients of the simulation behave, and how long staff take. All of it comes of named draws; nothing acts here.

Numbers without a source are assumptions of the simulation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import log
from types import MappingProxyType

from stepwell_kernel.codes import AttendanceState, DischargeReason
from stepwell_simulation import published
from stepwell_simulation.draws import Draws
from stepwell_simulation.profile import Profile, Stratum

#: Between the last contact with somebody who drops out and the decision that care has ended.
UNSEEN_DAYS = 10

#: Who has stayed for two weeks comes more reliably; who is about to drop out comes less and less for as long.
SETTLED_AFTER_DAYS = 14
UNSETTLED = 0.95
FADES_FOR_DAYS = 14
FADED = 0.5
MOST_RELIABLE = 0.98

#: What the two published figures leave: absences that are excused, of all absences.
EXCUSED = 1 - published.NO_SHOW / published.NOT_ATTENDED
CANCELLED_LATE = 0.15
LEFT_EARLY = 0.03
PARTIAL = 0.01

MOST_PHQ_9 = 27
GAIN_WEEKS = 8
RELAPSE_POINTS = 3
RELAPSE_WEEKS = 2

#: Entries that are wrong at first. A round of eight patients has some hundred, of which more than 5 % are to be wrong.
ERRS = 0.08
NOTICED_MEDIAN_H = 30.0

#: Parts of the stay at which something happens in care, and how long after it the next.
HELD_AT, TRANSFERRED_AT, STEPS_DOWN_AT = 0.3, 0.4, 0.6
STEPS_UP_AFTER = timedelta(days=4)
COMES_BACK_AFTER = timedelta(days=9)

#: The share of calls that reach somebody.
REACHED_IN_CARE, REACHED_IN_AFTERCARE = 0.7, 0.6

#: What a payer covers at a time: so long, and so many units of a day.
COVERED = timedelta(days=30)
UNITS = 20


class Reply(StrEnum):
    """What a patient answers to a text message."""

    CONFIRMS = "confirms"
    CANNOT_COME = "cannot_come"
    STOP = "stop"


class Loss(StrEnum):
    """Where somebody is lost who never comes into care."""

    ASSESSMENT = "assessment"
    ENROLLMENT = "enrollment"


#: Of a hundred who ask for care, by where they are lost.
LOST: Mapping[Loss, float] = MappingProxyType(
    {
        Loss.ASSESSMENT: published.LOST_BEFORE_ASSESSMENT,
        Loss.ENROLLMENT: (100 - published.LOST_BEFORE_ASSESSMENT) * published.LOST_BEFORE_ENROLLMENT / 100,
    }
)

#: Answers to a text that asks for one.
REPLIED: Mapping[Reply, float] = MappingProxyType({Reply.CONFIRMS: 93, Reply.CANNOT_COME: 5, Reply.STOP: 2})


#: States in which the patient was there for some of the time, and absences that nobody excused.
THERE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.PARTIAL, AttendanceState.LEFT_EARLY})
MISSED = frozenset({AttendanceState.UNEXCUSED_NO_SHOW, AttendanceState.LATE_CANCEL})


@dataclass(frozen=True, slots=True)
class Attended:
    """What became of a seat in a session: the state, and the share of its minutes that the patient was there."""

    state: AttendanceState
    share: float

    def mistaken(self) -> "Attended":
        """Present for absent and the other way round, which is how a line on a sheet goes wrong."""
        return ABSENT if self.state in THERE else Attended(AttendanceState.PRESENT, 1.0)


ABSENT = Attended(AttendanceState.UNEXCUSED_NO_SHOW, 0.0)


@dataclass(frozen=True, slots=True)
class Habit:
    """How staff go about a kind of work: the median time until it is done, in hours, its spread, and how often it is
    left until somebody else asks.
    """

    median_h: float = 3.0
    sigma: float = 0.7
    omits: float = 0.04

    def delay(self, draws: Draws) -> timedelta:
        """How long it takes this time; that the clinic is closed in between is not in it."""
        return timedelta(hours=draws.of("delay").log_normal(log(self.median_h), self.sigma))


USUAL = Habit()

#: Kinds of work that are done sooner or later than usual: care tasks, and rows of the other worklists. An assessment
#: is made in the same visit, if the patient is ready for it, so nobody forgets it.
HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "referral_contact": Habit(2.0),
        "intake_assessment": Habit(0.75, 0.4, omits=0.0),
        "admission_decision": Habit(4.0),
        "interim_services": Habit(6.0),
        "waitlist_review": Habit(72.0, 0.4),
        "plan_signature": Habit(48.0, 0.6),
        "plan_review": Habit(30.0, 0.6),
        "authorization_review": Habit(8.0),
        "measure_due": Habit(20.0, 0.6),
        "weekly_hours_short": Habit(6.0),
        "level_of_care_review": Habit(10.0),
        "utilization_review": Habit(10.0),
        "outreach_call": Habit(1.0, 0.6),
        "safety_decision": Habit(2.0, 0.6),
        "case_conference": Habit(20.0),
        "administrative_review": Habit(30.0),
        "crisis_disposition": Habit(1.0, 0.4, omits=0.0),
        "crisis_reply": Habit(0.3, 0.4, omits=0.0),
        "page_open": Habit(0.1, 0.5, omits=0.0),
        "page_unanswered": Habit(0.1, 0.5, omits=0.0),
        "hold_review": Habit(60.0, 0.4),
        "step_down_review": Habit(24.0),
        "discharge_plan": Habit(48.0),
        "next_level_appointment": Habit(48.0),
        "discharge_review": Habit(48.0),
        "aftercare_check": Habit(24.0),
        "dosing_hold": Habit(2.0, 0.5),
        "injection_due": Habit(12.0),
        "drug_test": Habit(3.0),
        "attendance": Habit(1.5, 0.8),
        "visit_booking": Habit(6.0),
        "week_plan_short": Habit(6.0),
        "action_rejected": Habit(4.0),
    }
)

#: Answered at any hour: somebody is in danger, or waits.
AT_ONCE = frozenset({"crisis_disposition", "crisis_reply", "page_open", "page_unanswered", "drug_test"})


def habit_of(kind: str) -> Habit:
    """How staff go about a care task or a row of a worklist, by its kind."""
    return HABITS.get(kind, USUAL)


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a patient does. Days and weeks count from the admission; a name tells one occasion from another."""

    profile: Profile

    @property
    def last_day(self) -> int:
        """The day of the last contact: for who drops out some days before anybody says so, else that of discharge."""
        profile = self.profile
        gone = UNSEEN_DAYS if profile.reason is DischargeReason.DROPPED_OUT else 0
        return max(profile.stay_days - gone, 1)

    def is_gone(self, day: float) -> bool:
        """Whether the patient has dropped out by that day, though nobody has said so yet."""
        return self.profile.reason is DischargeReason.DROPPED_OUT and day > self.last_day

    @property
    def lost_before(self) -> Loss | None:
        """Where the patient is lost, None for who comes into care."""
        if self.profile.reason is not None:
            return None
        if self.profile.stratum is Stratum.DECLINED:
            return Loss.ASSESSMENT
        return self.profile.draws.of("lost").choose(LOST)

    def session(self, name: str, day: float) -> Attended:
        """What becomes of a seat; who has dropped out comes to none and says nothing."""
        draws = self.profile.draws.of("session", name)
        if self.is_gone(day):
            return ABSENT
        dice = draws.random()
        if dice.random() >= self.reliability(day):
            how = dice.random()
            if how < EXCUSED:
                return Attended(AttendanceState.EXCUSED, 0.0)
            late = how < EXCUSED + CANCELLED_LATE
            return Attended(AttendanceState.LATE_CANCEL if late else AttendanceState.UNEXCUSED_NO_SHOW, 0.0)
        if dice.random() < self.profile.lateness:
            return Attended(AttendanceState.LATE, dice.uniform(0.75, 0.95))
        how = dice.random()
        if how < LEFT_EARLY:
            return Attended(AttendanceState.LEFT_EARLY, dice.uniform(0.4, 0.9))
        if how < LEFT_EARLY + PARTIAL:
            return Attended(AttendanceState.PARTIAL, dice.uniform(0.3, 0.7))
        return Attended(AttendanceState.PRESENT, 1.0)

    def reliability(self, day: float) -> float:
        """The chance that a session on that day is attended."""
        chance = self.profile.attendance
        if day < SETTLED_AFTER_DAYS:
            chance *= UNSETTLED
        left = self.last_day - day
        if self.profile.reason is DischargeReason.DROPPED_OUT and left < FADES_FOR_DAYS:
            chance *= FADED + (1 - FADED) * max(left, 0) / FADES_FOR_DAYS
        return min(chance, MOST_RELIABLE)

    def answers(self, name: str, day: float) -> Reply | None:
        """What the patient answers to a message that asks for it, None for nothing."""
        profile = self.profile
        draws = profile.draws.of("answer", name)
        if self.is_gone(day) or not draws.of("whether").chance(profile.replies):
            return None
        return draws.of("what").choose(REPLIED)

    def measure(self, week: int) -> int:
        """The PHQ-9 total of a week: the gain comes evenly over eight weeks; a relapse takes some of it for a while."""
        profile = self.profile
        gained = profile.gain * min(week, GAIN_WEEKS) / GAIN_WEEKS
        total = profile.measure * (1 - gained) + profile.draws.of("measure", week).random().gauss(0, 1)
        if profile.relapse_day is not None and 0 <= week - profile.relapse_day // 7 < RELAPSE_WEEKS:
            total += RELAPSE_POINTS
        return min(max(round(total), 0), MOST_PHQ_9)

    def is_entered_wrongly(self, name: str) -> bool:
        """Whether an entry is wrong at first."""
        return self.profile.draws.of("entry", name).chance(ERRS)

    def noticed_after(self, name: str) -> timedelta:
        """How long a wrong entry stands."""
        return timedelta(hours=self.profile.draws.of("entry", name, "noticed").log_normal(log(NOTICED_MEDIAN_H), 1.0))
