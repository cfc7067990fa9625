"""Take-homes, as tables: the ceilings of law and state, closure days, considerations."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from stepwell_kernel.errors import Conflict, StepwellError
from stepwell_medication.domain.take_home import (
    Ceiling,
    Standing,
    Supply,
    TakeHomeRule,
    check_closures,
    check_considered,
    check_no_closures,
    check_supply,
)

TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)
RULE = TakeHomeRule("take_home.considerations", "1", frozenset({"safe_storage", "regular_attendance"}), 1)
WEEKS_1_2, WEEKS_3_4, LATER = (Ceiling("take_home.us", "1", days) for days in (7, 14, 28))


def ask(days: int, first_day: date = TOMORROW, closure_days: frozenset[date] = frozenset()) -> Supply:
    return Supply(first_day, days, closure_days)


@pytest.mark.parametrize(
    ("ceilings", "days", "limit"),
    [
        ([WEEKS_1_2], 7, "take_home.us@1"),
        ([WEEKS_1_2], 8, None),
        ([WEEKS_3_4], 14, "take_home.us@1"),
        ([WEEKS_3_4], 15, None),
        ([LATER], 28, "take_home.us@1"),
        ([LATER], 29, None),
        ([LATER, Ceiling("take_home.state", "1", 14)], 14, "take_home.state@1"),
        ([LATER, Ceiling("take_home.state", "1", 14)], 28, None),
    ],
)
def test_a_supply_lies_within_every_ceiling(ceilings: Sequence[Ceiling], days: int, limit: str | None) -> None:
    """42 CFR 8.12(i)(3), and the state where it is stricter."""
    standing = Standing(TODAY, 28, None)
    if limit is not None:
        assert check_supply(ceilings, standing, ask(days)) == limit
        return
    with pytest.raises(Conflict, match="take_home_ceiling_exceeded"):
        check_supply(ceilings, standing, ask(days))


@pytest.mark.parametrize(
    ("ordered", "days", "code"),
    [(28, 28, None), (3, 3, None), (3, 4, "take_homes_not_ordered"), (0, 1, "take_homes_not_ordered")],
)
def test_a_supply_lies_within_what_is_ordered(ordered: int, days: int, code: str | None) -> None:
    standing = Standing(TODAY, ordered, None)
    if code is None:
        assert check_supply([LATER], standing, ask(days))
        return
    with pytest.raises(Conflict, match=code):
        check_supply([LATER], standing, ask(days))


def test_without_a_rule_there_is_no_ceiling() -> None:
    """The ceilings do not apply to buprenorphine."""
    assert check_supply((), Standing(TODAY, None, None), ask(28)) is None
    with pytest.raises(StepwellError, match="not_a_closure_day"):
        check_no_closures(ask(2, closure_days=frozenset({TOMORROW})))


@pytest.mark.parametrize(
    ("days", "code"),
    [(3, None), (4, "take_home_ceiling_exceeded")],
)
def test_what_is_still_in_hand_counts(days: int, code: str | None) -> None:
    """Four of the seven days are left: the ceiling is on the supply that a patient holds, not on one handing out."""
    held = [Supply(TODAY - timedelta(days=2), 7)]
    standing = Standing(TODAY, 28, None, held)
    asked = ask(days, TODAY + timedelta(days=5))
    if code is None:
        assert check_supply([WEEKS_1_2], standing, asked)
        return
    with pytest.raises(Conflict, match=code):
        check_supply([WEEKS_1_2], standing, asked)


@pytest.mark.parametrize(
    ("ceiling", "held", "asked", "passes"),
    [
        (Ceiling("take_home.us_wi", "1", 2, 7), [], ask(2), True),
        (Ceiling("take_home.us_wi", "1", 2, 7), [], ask(3), False),
        (Ceiling("take_home.us_wi", "1", 2, 7), [ask(2, TODAY)], ask(1, TODAY + timedelta(days=6)), False),
        (Ceiling("take_home.us_wi", "1", 2, 7), [ask(2, TODAY)], ask(1, TODAY + timedelta(days=7)), True),
        (Ceiling("take_home.us_wi", "1", 13, 14), [], ask(13), True),
        (Ceiling("take_home.us_wi", "1", 13, 14), [], ask(14), False),
    ],
)
def test_a_state_counts_by_the_week(ceiling: Ceiling, held: Sequence[Supply], asked: Supply, *, passes: bool) -> None:
    """Wisconsin DHS 75.59: so many a week, in any seven days; 13 in two weeks after a year."""
    standing = Standing(TODAY, 28, None, held)
    if passes:
        assert check_supply([ceiling], standing, asked) == "take_home.us_wi@1"
        return
    with pytest.raises(Conflict, match="take_home_ceiling_exceeded"):
        check_supply([ceiling], standing, asked)


SATURDAY, SUNDAY, HOLIDAY = date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 4)


@pytest.mark.parametrize(
    ("closure_days", "code"),
    [
        (set(), "take_home_ceiling_exceeded"),
        ({SUNDAY}, None),
        ({SATURDAY}, None),
        ({HOLIDAY}, None),
        ({HOLIDAY, SUNDAY}, None),
        ({SATURDAY, SUNDAY}, "not_a_closure_day"),
        ({date(2026, 3, 5)}, "not_a_closure_day"),
        ({date(2026, 3, 15)}, "closure_day_outside"),
    ],
)
def test_closure_days_are_extra(closure_days: set[date], code: str | None) -> None:
    """42 CFR 8.12(i)(1): one weekend day and the holidays, at any time in treatment."""

    def check() -> None:
        asked = ask(8, closure_days=frozenset(closure_days))
        check_closures(RULE, asked, (), {HOLIDAY})
        check_supply([WEEKS_1_2], Standing(TODAY, 7, None), asked)

    if code is None:
        check()
        return
    with pytest.raises(StepwellError, match=code):
        check()


@pytest.mark.parametrize(
    ("closed", "asked_day", "passes"),
    [(SATURDAY, SUNDAY, False), (HOLIDAY, SUNDAY, True), (SATURDAY, SUNDAY + timedelta(days=7), True)],
    ids=["the other weekend day", "after a holiday", "in the next week"],
)
def test_a_week_has_its_closure_days_over_all_supplies(closed: date, asked_day: date, *, passes: bool) -> None:
    held, asked = Supply(closed, 1, frozenset({closed})), Supply(asked_day, 1, frozenset({asked_day}))
    if passes:
        check_closures(RULE, asked, [held], {HOLIDAY})
        return
    with pytest.raises(StepwellError, match="not_a_closure_day"):
        check_closures(RULE, asked, [held], {HOLIDAY})


@pytest.mark.parametrize(
    ("standing", "asked", "code"),
    [
        (Standing(TODAY, 28, TODAY), ask(1), None),
        (Standing(TODAY, 28, TOMORROW), ask(1), "take_homes_suspended"),
        (Standing(TODAY, 28, TOMORROW), ask(1, SUNDAY, frozenset({SUNDAY})), None),
        (Standing(TODAY, 28, None, [ask(2)]), ask(1, TODAY + timedelta(days=2)), "days_covered_already"),
        (Standing(TODAY, 28, None, [ask(2)]), ask(1, TODAY + timedelta(days=3)), None),
        (Standing(TODAY, 28, None), ask(1, TODAY), None),
        (Standing(TODAY, 28, None), ask(1, TODAY - timedelta(days=1)), "day_in_the_past"),
    ],
)
def test_a_supply_begins_on_a_free_day_when_take_homes_are_allowed(
    standing: Standing, asked: Supply, code: str | None
) -> None:
    """Platform default: after a reduction take-homes wait; a day is covered once."""
    if code is None:
        check_supply([LATER], standing, asked)
        return
    with pytest.raises(StepwellError, match=code):
        check_supply([LATER], standing, asked)


def test_the_considerations_are_documented_and_what_speaks_against_is_named() -> None:
    """42 CFR 8.12(i)(2)."""
    with pytest.raises(Conflict, match="considerations_missing"):
        check_considered(RULE, None)
    assert check_considered(RULE, {"safe_storage", "regular_attendance"}) == frozenset()
    assert check_considered(RULE, {"safe_storage"}) == {"regular_attendance"}
