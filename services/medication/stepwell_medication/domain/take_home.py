"""Take-homes: how many unsupervised doses a patient may hold, and which days count."""

from collections import Counter
from collections.abc import Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from stepwell_kernel.errors import Conflict, FieldProblem, Invalid

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class TakeHomeRule:
    """What is considered beforehand, and how many weekend days of a week may be closure days."""

    rule_id: str
    version: str
    considerations: AbstractSet[str]
    weekend_days: int

    @property
    def name(self) -> str:
        """Rule and version, as decisions store it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most days of unsupervised doses that a patient may hold, or have within `per_days`."""

    rule_id: str
    version: str
    most_days: int
    per_days: int | None = None

    @property
    def name(self) -> str:
        """Rule and version, as decisions store it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Supply:
    """Doses for days in a row; no ceiling counts `closure_days`, on which the facility is closed."""

    first_day: date
    days: int
    closure_days: AbstractSet[date] = frozenset()

    @property
    def last_day(self) -> date:
        """The last day covered."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def all_days(self) -> frozenset[date]:
        """Every day covered."""
        return frozenset(self.first_day + timedelta(days=n) for n in range(self.days))

    @property
    def counted(self) -> frozenset[date]:
        """The days that count against a ceiling."""
        return self.all_days - self.closure_days


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the order stands today; `ordered_days` is the prescriber's own ceiling, None is none.

    `held` are the supplies handed out before, of the same substance, under any order of the patient.
    """

    today: date
    ordered_days: int | None
    suspended_until: date | None
    held: Sequence[Supply] = ()


def check_closures(rule: TakeHomeRule, asked: Supply, held: Sequence[Supply], holidays: AbstractSet[date]) -> None:
    """Raise Invalid (`closure_day_outside`, `not_a_closure_day`) unless the facility may be closed on those days.

    Closure days are holidays of the facility and, of each week, as many weekend days as the rule says, over all
    supplies.
    """
    weekends = Counter(_week(day) for supply in held for day in supply.closure_days - holidays)
    for day in sorted(asked.closure_days):
        if day not in asked.all_days:
            raise _invalid("closure_day_outside", rule, f"{day.isoformat()} is not among the days asked for")
        if day in holidays:
            continue
        weekends[_week(day)] += 1
        if day.weekday() < _SATURDAY or weekends[_week(day)] > rule.weekend_days:
            raise _invalid("not_a_closure_day", rule, f"{day.isoformat()} is no closure day")


def check_no_closures(asked: Supply) -> None:
    """Raise Invalid (`not_a_closure_day`) for closure days of a medicine whose take-homes no rule counts."""
    if asked.closure_days:
        problem = FieldProblem("closure_days", "are named for a medicine without ceilings")
        raise Invalid("not_a_closure_day", "a closure day is wrong", fields=(problem,))


def check_considered(rule: TakeHomeRule, favourable: AbstractSet[str] | None) -> frozenset[str]:
    """What speaks against take-homes; Conflict (`considerations_missing`) when nothing was considered."""
    if favourable is None:
        problem = FieldProblem("considerations", "are documented before take-homes", rule.name)
        raise Conflict("considerations_missing", "the considerations are missing", fields=(problem,), rule=rule.rule_id)
    return frozenset(rule.considerations - favourable)


def check_supply(ceilings: Sequence[Ceiling], standing: Standing, asked: Supply) -> str | None:
    """The rule whose ceiling lies nearest, when the supply lies within all; None where there is no ceiling.

    Raises Invalid (`day_in_the_past`), Conflict (`days_covered_already`, `take_homes_suspended`,
    `take_home_ceiling_exceeded`, `take_homes_not_ordered`).
    """
    if asked.first_day < standing.today:
        raise Invalid("day_in_the_past", "take-homes begin today at the earliest", fields=(_on_days("is over"),))
    covered = frozenset[date]().union(*(supply.all_days for supply in standing.held))
    if covered & asked.all_days:
        raise Conflict("days_covered_already", "a take-home covers some of the days", fields=(_on_days("is covered"),))
    if not asked.counted:
        return None
    if standing.suspended_until is not None and standing.today < standing.suspended_until:
        detail = f"after a reduction there are no take-homes before {standing.suspended_until.isoformat()}"
        raise Conflict("take_homes_suspended", detail, rule="missed_doses.follow_up")
    counted = frozenset[date]().union(*(supply.counted for supply in standing.held))
    in_hand = sum(day > standing.today for day in counted) + len(asked.counted)
    for ceiling in ceilings:
        most = _most_within(counted | asked.counted, asked, ceiling.per_days) if ceiling.per_days else in_hand
        if most > ceiling.most_days:
            fields = (FieldProblem("days", f"{most} days are more than {ceiling.most_days}", ceiling.name),)
            detail = "the supply goes beyond a ceiling"
            raise Conflict("take_home_ceiling_exceeded", detail, fields=fields, rule=ceiling.rule_id)
    if standing.ordered_days is not None and in_hand > standing.ordered_days:
        problem = FieldProblem("days", f"{in_hand} days are more than the {standing.ordered_days} ordered")
        raise Conflict("take_homes_not_ordered", "the prescriber ordered fewer days", fields=(problem,))
    return min(ceilings, key=lambda ceiling: ceiling.most_days).name if ceilings else None


def _most_within(days: AbstractSet[date], asked: Supply, per_days: int) -> int:
    """The most of the days that lie within `per_days` in a row, around what is asked for."""
    begin = asked.first_day - timedelta(days=per_days - 1)
    starts = [begin + timedelta(days=n) for n in range(asked.days + per_days - 1)]
    return max(sum(start <= day < start + timedelta(days=per_days) for day in days) for start in starts)


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _on_days(problem: str) -> FieldProblem:
    return FieldProblem("first_day", problem)


def _invalid(code: str, rule: TakeHomeRule, problem: str) -> Invalid:
    return Invalid(
        code, "a closure day is wrong", fields=(FieldProblem("closure_days", problem, rule.name),), rule=rule.rule_id
    )
