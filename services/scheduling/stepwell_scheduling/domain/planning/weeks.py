"""The weeks of an episode, seven local days each from the day on which treatment was entered; which is planned when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_scheduling.domain.episodes import IN_CARE, Episode
from stepwell_scheduling.domain.planning.availability import days_from
from stepwell_scheduling.domain.planning.rules import Mix
from stepwell_scheduling.domain.planning.values import Span
from stepwell_scheduling.domain.weeks import week_of

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PlannedEpisode:
    """An episode with what its weeks are planned by.

    `plans_weeks` tells that the facility's calendar plans them. `mix` is that of the signed plan; without one the
    program's holds. `weeks_from` is the day that the weeks count from, None before treatment. While an exchange of
    seats is open, seats of two programs stand.
    """

    episode: Episode
    program_type: str
    level_of_care: str
    plans_weeks: bool
    part: TreatmentPart | None
    mix: Mix | None
    weeks_from: date | None
    exchange_open: bool = False


@dataclass(frozen=True, slots=True)
class EpisodeWeek:
    """A week to be planned."""

    planned: PlannedEpisode
    starts_on: date

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven local days."""
        return days_from(self.starts_on, 7)

    def span(self, zone: str) -> Span:
        """From its first midnight to the one after its last day; 167 or 169 hours over a clock change."""
        week = week_of(self.starts_on, zone)
        return Span(week.starts_at, week.ends_at)


@dataclass(frozen=True, slots=True)
class PlanningDays:
    """When a facility plans its weeks: on which weekday they begin, how many days before, at which local time."""

    week_begins_on: int
    plan_days_before: int
    plan_at: time

    def planned_before(self, now: datetime) -> date:
        """The local day up to which weeks that begin have been planned by now."""
        reached = now.date() + timedelta(days=self.plan_days_before - (now.time() < self.plan_at))
        return reached - timedelta(days=(reached.weekday() - self.week_begins_on) % 7) + WEEK


def weeks_begin(previous: Phase, weeks_from: date | None, entered: Phase) -> bool:
    """Whether the weeks count anew from the day on which a phase is entered.

    They begin when care begins, go on through a step-down and back, and after a hold go on as before.
    """
    if entered not in IN_CARE or previous in IN_CARE:
        return False
    return weeks_from is None or previous is not Phase.ON_HOLD


def own_week(weeks_from: date, first_day: date) -> date | None:
    """The day in the seven from `first_day` on which a week of the episode begins; None before its first."""
    starts_on = first_day + (weeks_from - first_day) % WEEK
    return starts_on if starts_on >= weeks_from else None


def running_week(weeks_from: date, today: date) -> date:
    """The first day of the week that runs today; the first week before it has begun."""
    return weeks_from + max((today - weeks_from) // WEEK, 0) * WEEK


def passed_weeks(weeks_from: date, now: datetime, days: PlanningDays) -> Iterator[date]:
    """The weeks from the running one on that the facility's planning has passed, by their first day; `now` is local."""
    starts_on = running_week(weeks_from, now.date())
    while starts_on < days.planned_before(now):
        yield starts_on
        starts_on += WEEK


def check_plannable(planned: PlannedEpisode) -> date:
    """The day that the weeks count from, or Conflict (`episode_not_in_care`, `weeks_not_begun`, `exchange_open`)."""
    phase = planned.episode.phase
    if phase not in IN_CARE:
        raise Conflict("episode_not_in_care", f"an episode in {phase} has no weeks", rule="plan.phase")
    if planned.weeks_from is None:
        raise Conflict("weeks_not_begun", "the day on which treatment began is not known", rule="plan.weeks")
    if planned.exchange_open:
        raise Conflict("exchange_open", "the seats of the episode are being exchanged", rule="plan.exchange")
    return planned.weeks_from


def check_week(weeks_from: date, starts_on: date, today: date) -> None:
    """Raise Invalid (`not_a_week_of_the_episode`) or Conflict (`week_is_over`) unless the week can be planned."""
    if starts_on < weeks_from or (starts_on - weeks_from) % WEEK:
        raise Invalid(
            "not_a_week_of_the_episode",
            "no week of the episode begins on that day",
            fields=(FieldProblem("week_starts_on", f"weeks count from {weeks_from}", "plan.weeks"),),
        )
    if starts_on + WEEK <= today:
        raise Conflict("week_is_over", "a week is planned before its end", rule="plan.ahead")
