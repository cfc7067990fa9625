"""What a payer authorized: its days, its units, and what is left of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AuthorizationState, LevelOfCare
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.legal_codes import UnitKind


@dataclass(frozen=True, slots=True)
class AuthorizationRule:
    """The longest span of days that can be meant, and when the units that are left want attention."""

    rule: RuleVersion
    most_days: int
    alert_used_percent: int
    alert_units_left: int


@dataclass(frozen=True, slots=True)
class Authorization:
    """A payer's answer for a level; both days are covered. Units are those granted, or asked for while pended."""

    authorization_id: UUID
    level: LevelOfCare
    state: AuthorizationState
    units: int
    units_used: int
    unit_kind: UnitKind
    covers_from: date
    covers_to: date

    def covers(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.covers_from <= day <= self.covers_to


class UnitAlert(StrEnum):
    """How urgent the units that are left are; the payer stops at none."""

    NONE = "none"
    MOSTLY_USED = "mostly_used"
    FEW_LEFT = "few_left"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorization on a day."""

    in_force: bool
    units_left: int
    alert: UnitAlert


def authorization_state(authorization: Authorization, day: date, rule: AuthorizationRule) -> Standing:
    """Whether care on the day is paid for, and how many units are left."""
    if authorization.state is not AuthorizationState.APPROVED:
        return Standing(False, 0, UnitAlert.NONE)
    left = authorization.units - authorization.units_used
    return Standing(authorization.covers(day) and left > 0, left, _alert(authorization, left, rule))


def status_on(authorizations: Iterable[Authorization], level: LevelOfCare, day: date) -> AuthorizationState | None:
    """What the payer says of a level on a day: the best of its answers that cover it; None when it said nothing."""
    states = {one.state for one in authorizations if one.level is level and one.covers(day) and not _is_used_up(one)}
    return next((state for state in _BEST_FIRST if state in states), None)


def check_authorization(authorization: Authorization, rule: AuthorizationRule, referred_on: date) -> None:
    """Raise Invalid (`authorization_impossible`) with every date and number that cannot be."""
    problems = tuple(_problems(authorization, rule, referred_on))
    if problems:
        raise Invalid("authorization_impossible", "no payer authorizes this", fields=problems)


def check_no_overlap(authorization: Authorization, others: Iterable[Authorization]) -> None:
    """Raise Conflict (`authorization_overlaps`) when a day of an approved level is approved already."""
    if authorization.state is not AuthorizationState.APPROVED:
        return
    for other in others:
        if (
            other.state is AuthorizationState.APPROVED
            and other.level is authorization.level
            and other.covers_from <= authorization.covers_to
            and authorization.covers_from <= other.covers_to
        ):
            raise Conflict(
                "authorization_overlaps",
                f"level {other.level} is authorized from {other.covers_from} to {other.covers_to} already",
                rule="authorization.once_a_day",
            )


_BEST_FIRST = (AuthorizationState.APPROVED, AuthorizationState.PENDED, AuthorizationState.DENIED)


def _is_used_up(authorization: Authorization) -> bool:
    return authorization.state is AuthorizationState.APPROVED and authorization.units_used >= authorization.units


def _alert(authorization: Authorization, left: int, rule: AuthorizationRule) -> UnitAlert:
    if left <= 0:
        return UnitAlert.USED_UP
    if left <= rule.alert_units_left:
        return UnitAlert.FEW_LEFT
    if authorization.units_used * 100 >= authorization.units * rule.alert_used_percent:
        return UnitAlert.MOSTLY_USED
    return UnitAlert.NONE


def _problems(authorization: Authorization, rule: AuthorizationRule, referred_on: date) -> Iterator[FieldProblem]:
    named = str(rule.rule)
    days = (authorization.covers_to - authorization.covers_from).days + 1
    if days < 1:
        yield FieldProblem("covers_to", "lies before the first covered day", named)
    elif days > rule.most_days:
        yield FieldProblem("covers_to", f"covers more than {rule.most_days} days", named)
    elif authorization.covers_to < referred_on:
        yield FieldProblem("covers_to", "lies before the referral", named)
    if authorization.state is AuthorizationState.DENIED:
        if authorization.units:
            yield FieldProblem("units", "a denial grants none", named)
    elif authorization.units < 1:
        yield FieldProblem("units", "is none", named)
    if authorization.units_used > authorization.units:
        yield FieldProblem("units_used", "is more than there are units", named)
