"""What may be given on a day, as tables: a passing, a failing and a boundary row each."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from stepwell_kernel.errors import Conflict
from stepwell_medication.domain.doses import Allowed, DoseLimit, DosingDay, DosingRule, Span, check_dose

METHADONE = DosingRule("dosing.observation", "1", ("methadone",), None, needs_daily_mg=True)
BUPRENORPHINE = DosingRule("dosing.observation", "1", ("buprenorphine_sl",), 1, needs_daily_mg=False)
ACAMPROSATE = DosingRule("dosing.observation", "1", ("acamprosate",), 0, needs_daily_mg=False)

OFFICE = DoseLimit("bup_start.day_cap", "2", Span.DAY, Decimal(8), None, may_override=True, override_mg=Decimal(12))
SECOND_DAY = DoseLimit("bup_start.day_cap", "2", Span.DAY, Decimal(16), Decimal(4))
FIRST_DAY = DoseLimit("methadone_start.first_day", "1", Span.DAY, Decimal(50), may_override=True)
FIRST_DOSE = DoseLimit("methadone_start.first_dose", "1", Span.FIRST_DOSE, Decimal(30), may_override=True)


def day(number: int, given: str = "0", before: str = "0") -> DosingDay:
    return DosingDay(number, Decimal(given), Decimal(before))


@pytest.mark.parametrize(
    ("limits", "overridden", "today", "dose", "most"),
    [
        ([OFFICE], set(), day(1, "4"), "4", "8"),
        ([OFFICE], set(), day(1, "8"), "0.01", None),
        ([OFFICE], set(), day(1, "8"), "4", None),
        ([OFFICE], {"bup_start.day_cap"}, day(1, "8"), "4", "12"),
        ([OFFICE], {"bup_start.day_cap"}, day(1, "8"), "4.01", None),
        ([OFFICE], {"methadone_start.first_day"}, day(1), "8.01", None),
        ([SECOND_DAY], set(), day(2, before="8"), "12", "12"),
        ([SECOND_DAY], set(), day(2, before="8"), "12.01", None),
        ([SECOND_DAY], set(), day(2, before="12"), "16", "16"),
        ([SECOND_DAY], {"bup_start.day_cap"}, day(2, before="14"), "16.01", None),
    ],
)
def test_a_buprenorphine_start_has_a_cap_on_each_day(
    limits: Sequence[DoseLimit], overridden: set[str], today: DosingDay, dose: str, most: str | None
) -> None:
    """Label and NIDA home-start guide: 8 mg on day 1, 12 with a reason; then 4 mg more, up to 16."""
    if most is not None:
        allowed = check_dose(BUPRENORPHINE, limits, overridden, None, today, Decimal(dose))
        assert allowed == Allowed(Decimal(most), "bup_start.day_cap@2")
        return
    with pytest.raises(Conflict, match="day_cap_exceeded") as refusal:
        check_dose(BUPRENORPHINE, limits, overridden, None, today, Decimal(dose))
    assert [field.rule for field in refusal.value.fields] == ["bup_start.day_cap@2"]


@pytest.mark.parametrize(
    ("overridden", "given", "dose", "code"),
    [
        (set(), "0", "30", None),
        (set(), "0", "30.01", "first_dose_exceeded"),
        ({"methadone_start.first_dose"}, "0", "35", None),
        (set(), "30", "15", None),
        (set(), "30", "20", None),
        (set(), "30", "25", "day_cap_exceeded"),
        ({"methadone_start.first_day"}, "30", "25", None),
        ({"methadone_start.first_day"}, "30", "30.01", "daily_dose_exceeded"),
    ],
)
def test_the_first_day_of_methadone_is_limited(overridden: set[str], given: str, dose: str, code: str | None) -> None:
    """42 CFR 8.12(h)(3): 50 mg on the first day unless the practitioner documents why more; 30 mg at once."""
    limits, ordered = [FIRST_DAY, FIRST_DOSE], Decimal(60)
    if code is None:
        check_dose(METHADONE, limits, overridden, ordered, day(1, given), Decimal(dose))
        return
    with pytest.raises(Conflict, match=code):
        check_dose(METHADONE, limits, overridden, ordered, day(1, given), Decimal(dose))


@pytest.mark.parametrize(
    ("rule", "ordered", "today", "dose", "code"),
    [
        (METHADONE, "80", day(9), "80", None),
        (METHADONE, "80", day(9, "50"), "30", None),
        (METHADONE, "80", day(9, "50"), "30.01", "daily_dose_exceeded"),
        (METHADONE, None, day(2), "20", "daily_dose_not_ordered"),
        (METHADONE, None, day(1), "20", None),
        (BUPRENORPHINE, None, day(9), "24", None),
        (BUPRENORPHINE, None, day(9, "24"), "0.5", "already_dosed_today"),
        (BUPRENORPHINE, "24", day(9, "16"), "8", None),
    ],
)
def test_a_day_has_what_was_ordered_or_one_dose(
    rule: DosingRule, ordered: str | None, today: DosingDay, dose: str, code: str | None
) -> None:
    """A daily dose may be split; without one there is one dose a day, and no methadone after the first day."""
    daily_mg = Decimal(ordered) if ordered else None
    if code is None:
        assert check_dose(rule, [], frozenset(), daily_mg, today, Decimal(dose)).most_mg == daily_mg
        return
    with pytest.raises(Conflict, match=code):
        check_dose(rule, [], frozenset(), daily_mg, today, Decimal(dose))


def test_a_day_has_one_dose_over_all_orders_and_take_homes() -> None:
    for today, code in (
        (DosingDay(9, under_others_mg=Decimal(1)), "dosed_under_another_order"),
        (DosingDay(9, is_covered=True), "covered_by_take_home"),
    ):
        with pytest.raises(Conflict, match=code):
            check_dose(METHADONE, [], frozenset(), Decimal(80), today, Decimal(10))


@pytest.mark.parametrize(
    ("rule", "ordered", "first_on", "observed"),
    [
        (METHADONE, None, date(2026, 3, 1), True),
        (METHADONE, None, None, True),
        (BUPRENORPHINE, None, None, True),
        (BUPRENORPHINE, None, date(2026, 3, 9), True),
        (BUPRENORPHINE, None, date(2026, 3, 8), False),
        (BUPRENORPHINE, True, date(2026, 3, 1), True),
        (METHADONE, False, date(2026, 3, 1), False),
        (ACAMPROSATE, None, None, False),
        (ACAMPROSATE, True, None, True),
    ],
)
def test_a_dose_is_due_under_observation(
    rule: DosingRule, ordered: bool | None, first_on: date | None, *, observed: bool
) -> None:
    """42 CFR 8.12 for methadone; the first dose of buprenorphine; what the prescriber ordered comes before the rule."""
    assert rule.is_observed(ordered, first_on, date(2026, 3, 9)) is observed
