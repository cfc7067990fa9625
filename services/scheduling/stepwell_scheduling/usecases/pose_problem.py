"""Pose the problem of a plan: the weeks of patients, or one visit, and all that their facility can give them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.planning.availability import days_from, spans_of
from stepwell_scheduling.domain.planning.grid import CELL
from stepwell_scheduling.domain.planning.rules import PlanningRules
from stepwell_scheduling.domain.planning.values import Need, Problem, Span
from stepwell_scheduling.domain.planning.weeks import EpisodeWeek, PlannedEpisode
from stepwell_scheduling.domain.reference import Facility
from stepwell_scheduling.store.planning import kept_apart, last_held, offers_of
from stepwell_scheduling.store.planning_rules import planning_rules
from stepwell_scheduling.usecases.gather import gather_people, gather_resources


@dataclass(frozen=True, slots=True)
class Target:
    """What a week must reach, and the versions of the rules that say so."""

    week: EpisodeWeek
    required_minutes: int
    rules: tuple[str, ...]


async def pose_weeks(
    tx: Transaction, facility: Facility, weeks: Sequence[EpisodeWeek]
) -> tuple[Problem, tuple[Target, ...]]:
    """The problem of weeks of one facility, by the rules in force when each begins; and their targets, in their order.

    Raises Conflict (`level_not_planned`).
    """
    begins = sorted({week.starts_on for week in weeks})
    rules = {day: await planning_rules(tx, facility.jurisdiction, day) for day in begins}
    during = around(weeks, facility.zone)
    episodes = [week.planned for week in weeks]
    apart = await kept_apart(tx, [planned.episode.patient_id for planned in episodes])
    offers = await offers_of(tx, {planned.episode.program_id for planned in episodes}, during, apart)
    held = await last_held(tx, {week.planned.episode.episode_id: week.starts_on for week in weeks})
    people = await gather_people(tx, facility, episodes, during)
    resources = await gather_resources(tx, facility, during)
    patients, targets = [], []
    for week in weeks:
        planned, here = week.planned, rules[week.starts_on]
        hours = here.hours_of(planned.level_of_care, planned.episode.age_band)
        mix = planned.mix or here.mix_of(planned.program_type, planned.level_of_care, planned.part)
        required = hours.required(planned.episode.prescribed_minutes_per_week)
        needs = mix.needs(required, week.starts_on, held.get(planned.episode.episode_id, {}))
        patient = people.week(
            planned,
            week.days,
            week.span(facility.zone),
            needs,
            here,
            offers=offers,
            required_minutes=required,
            ceiling_minutes=hours.ceiling_minutes,
            fills=mix.fills,
        )
        patients.append(patient)
        open_hours = (*people.assumed_hours(planned, here).rules, *here.visit_hours.rules)
        targets.append(Target(week, required, (str(hours.rule), mix.source, *resources.rules, *open_hours)))
    problem = Problem(
        zone=facility.zone,
        not_before=tx.now + CELL,
        patients=tuple(patients),
        offers=offers,
        clinicians=resources.clinicians,
        rooms=resources.rooms,
        visit_hours=tuple(_visit_hours(facility, ((rules[day], days_from(day, 7)) for day in begins))),
        turnover_minutes=resources.turnover_minutes,
        day_minutes=resources.day_minutes,
        apart=apart,
    )
    return problem, tuple(targets)


async def pose_visit(tx: Transaction, facility: Facility, planned: PlannedEpisode, need: Need, during: Span) -> Problem:
    """The problem of one visit between two instants, by the rules in force when they begin."""
    first_day, last_day = facility.day_of(during.starts_at), facility.day_of(during.ends_at)
    days = days_from(first_day, (last_day - first_day).days + 1)
    rules = await planning_rules(tx, facility.jurisdiction, first_day)
    people = await gather_people(tx, facility, [planned], during)
    resources = await gather_resources(tx, facility, during)
    return Problem(
        zone=facility.zone,
        not_before=tx.now + CELL,
        patients=(people.week(planned, days, during, (need,), rules),),
        offers=(),
        clinicians=resources.clinicians,
        rooms=resources.rooms,
        visit_hours=tuple(_visit_hours(facility, [(rules, days)])),
        turnover_minutes=resources.turnover_minutes,
        day_minutes=resources.day_minutes,
    )


def around(weeks: Sequence[EpisodeWeek], zone: str) -> Span:
    """From the begin of the first to the end of the last."""
    spans = [week.span(zone) for week in weeks]
    return Span(min(span.starts_at for span in spans), max(span.ends_at for span in spans))


def _visit_hours(facility: Facility, days_by_rules: Iterable[tuple[PlanningRules, Sequence[date]]]) -> Iterator[Span]:
    """When visits are held on the days, holidays left out."""
    for rules, days in days_by_rules:
        open_days = [day for day in days if day not in facility.holidays]
        yield from spans_of(rules.visit_hours.windows, open_days, facility.zone)
