"""What may be given today: how a medicine is dosed, the limits of the first days, and one dose a day."""

from collections.abc import Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from stepwell_kernel.errors import Conflict, FieldProblem

NOTHING = Decimal(0)


class Span(StrEnum):
    """What a limit is set on."""

    DAY = "day"
    FIRST_DOSE = "first_dose"


@dataclass(frozen=True, slots=True)
class DosingRule:
    """How a medicine that is taken by mouth is given: `observed_days` from the first dose, None is every day.

    `medicines` are those of its substance, itself among them: they are never given on top of each other.
    """

    rule_id: str
    version: str
    medicines: tuple[str, ...]
    observed_days: int | None
    needs_daily_mg: bool

    def is_observed(self, ordered: bool | None, first_on: date | None, day: date) -> bool:
        """Whether a dose is due under observation on a local day; what the prescriber ordered comes before the rule."""
        if ordered is not None:
            return ordered
        if self.observed_days is None:
            return True
        return day < (first_on or day) + timedelta(days=self.observed_days)


@dataclass(frozen=True, slots=True)
class DoseLimit:
    """The most of a day of treatment, or of its first dose, in mg; `override_mg` with the prescriber's reason.

    An overridden limit without `override_mg` leaves what was ordered as the only limit.
    """

    rule_id: str
    version: str
    span: Span
    most_mg: Decimal
    above_day_before_mg: Decimal | None = None
    may_override: bool = False
    override_mg: Decimal | None = None

    def most(self, day_before_mg: Decimal, overridden: AbstractSet[str]) -> Decimal | None:
        """What the limit comes to for an order; None when it was overridden without another."""
        if self.may_override and self.rule_id in overridden:
            return self.override_mg
        if self.above_day_before_mg is None:
            return self.most_mg
        return min(self.most_mg, day_before_mg + self.above_day_before_mg)


@dataclass(frozen=True, slots=True)
class DosingDay:
    """A local day of an order: what was given on it, and on the dosed day before, in mg.

    `number` is the day of treatment, from 1 on the day of the first dose; days without a dose are not counted.
    `under_others_mg` was given today of the same substance under other orders of the patient.
    """

    number: int
    given_mg: Decimal = NOTHING
    day_before_mg: Decimal = NOTHING
    under_others_mg: Decimal = NOTHING
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """The most of the day, in mg, and the rule that sets it; neither where one dose of any size is the limit."""

    most_mg: Decimal | None = None
    rule: str | None = None


def check_dose(
    rule: DosingRule,
    limits: Sequence[DoseLimit],
    overridden: AbstractSet[str],
    daily_mg: Decimal | None,
    day: DosingDay,
    dose_mg: Decimal,
) -> Allowed:
    """What the day allows, when the dose lies within it; a daily dose may be split.

    Raises Conflict (`covered_by_take_home`, `dosed_under_another_order`, `first_dose_exceeded`, `day_cap_exceeded`,
    `daily_dose_not_ordered`, `daily_dose_exceeded`, `already_dosed_today`).
    """
    if day.is_covered:
        raise Conflict("covered_by_take_home", "the day's dose was handed out as a take-home", rule="dose.one_a_day")
    if day.under_others_mg:
        detail = "a dose was given today under another order of the patient"
        raise Conflict("dosed_under_another_order", detail, rule="dose.one_a_day")
    after = day.given_mg + dose_mg
    allowed = Allowed()
    needs_daily_mg = rule.needs_daily_mg and day.number > 1
    for limit in limits:
        most = limit.most(day.day_before_mg, overridden)
        if most is None:
            needs_daily_mg = needs_daily_mg or limit.span is Span.DAY
            continue
        if limit.span is Span.FIRST_DOSE:
            if not day.given_mg and dose_mg > most:
                raise _beyond("first_dose_exceeded", limit, f"goes beyond {most} mg for a first dose")
            continue
        if after > most:
            raise _beyond("day_cap_exceeded", limit, f"with {day.given_mg} mg given today goes beyond {most} mg")
        if allowed.most_mg is None or most < allowed.most_mg:
            allowed = Allowed(most, f"{limit.rule_id}@{limit.version}")
    if daily_mg is None and needs_daily_mg:
        raise Conflict("daily_dose_not_ordered", "a daily dose must be ordered first", rule=rule.rule_id)
    return _check_ordered(rule, daily_mg, day, dose_mg, allowed)


def _check_ordered(
    rule: DosingRule, daily_mg: Decimal | None, day: DosingDay, dose_mg: Decimal, allowed: Allowed
) -> Allowed:
    """The same within what the prescriber ordered."""
    ordered = f"{rule.rule_id}@{rule.version}"
    if daily_mg is not None:
        if day.given_mg + dose_mg > daily_mg:
            problem = f"with {day.given_mg} mg given today goes beyond the {daily_mg} mg ordered"
            fields = (FieldProblem("amount_mg", problem, ordered),)
            raise Conflict(
                "daily_dose_exceeded", "the dose goes beyond what is ordered", fields=fields, rule=rule.rule_id
            )
        return allowed if allowed.most_mg is not None and allowed.most_mg <= daily_mg else Allowed(daily_mg, ordered)
    if allowed.most_mg is None and day.given_mg:
        raise Conflict("already_dosed_today", "a dose was given today and no daily dose is ordered", rule=rule.rule_id)
    return allowed


def _beyond(code: str, limit: DoseLimit, problem: str) -> Conflict:
    return Conflict(
        code,
        "the dose goes beyond what this day of the start allows",
        fields=(FieldProblem("amount_mg", problem, f"{limit.rule_id}@{limit.version}"),),
        rule=limit.rule_id,
    )
