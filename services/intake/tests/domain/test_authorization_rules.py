"""Authorizations: days and units, as utilization review counts them; the limits are defaults of the house."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from stepwell_intake.domain.authorization import (
    Authorization,
    AuthorizationRule,
    UnitAlert,
    authorization_state,
    check_authorization,
    check_no_overlap,
    status_on,
)
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AuthorizationState, LevelOfCare
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.legal_codes import UnitKind

REFERRED = date(2026, 3, 2)
RULE = AuthorizationRule(RuleVersion("authorization", 1), most_days=366, alert_used_percent=70, alert_units_left=3)
APPROVED, PENDED, DENIED = AuthorizationState.APPROVED, AuthorizationState.PENDED, AuthorizationState.DENIED
INTENSIVE = LevelOfCare.INTENSIVE_OUTPATIENT
MARCH = Authorization(
    authorization_id=new_id(),
    level=INTENSIVE,
    state=APPROVED,
    units=20,
    units_used=0,
    unit_kind=UnitKind.DAY,
    covers_from=date(2026, 3, 2),
    covers_to=date(2026, 3, 31),
)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"covers_to": date(2026, 3, 2)}, None),
        ({"covers_to": date(2026, 3, 1)}, "covers_to"),
        ({"covers_to": date(2027, 3, 2)}, None),
        ({"covers_to": date(2027, 3, 3)}, "covers_to"),
        ({"covers_from": date(2026, 2, 1), "covers_to": date(2026, 3, 2)}, None),
        ({"covers_from": date(2026, 2, 1), "covers_to": date(2026, 3, 1)}, "covers_to"),
        ({"units": 1}, None),
        ({"units": 0}, "units"),
        ({"units": 20, "units_used": 20}, None),
        ({"units": 20, "units_used": 21}, "units_used"),
        ({"state": PENDED, "units": 0}, "units"),
        ({"state": DENIED, "units": 0}, None),
        ({"state": DENIED, "units": 1}, "units"),
    ],
)
def test_days_and_units_that_cannot_be(change: dict[str, Any], field: str | None) -> None:
    authorization = replace(MARCH, **change)
    if field is None:
        check_authorization(authorization, RULE, REFERRED)
        return
    with pytest.raises(Invalid) as refusal:
        check_authorization(authorization, RULE, REFERRED)
    assert (refusal.value.code, [one.path for one in refusal.value.fields]) == ("authorization_impossible", [field])


@pytest.mark.parametrize(
    ("day", "change", "in_force", "left", "alert"),
    [
        (date(2026, 3, 1), {}, False, 20, UnitAlert.NONE),
        (date(2026, 3, 2), {}, True, 20, UnitAlert.NONE),
        (date(2026, 3, 31), {}, True, 20, UnitAlert.NONE),
        (date(2026, 4, 1), {}, False, 20, UnitAlert.NONE),
        (date(2026, 3, 9), {"units_used": 13}, True, 7, UnitAlert.NONE),
        (date(2026, 3, 9), {"units_used": 14}, True, 6, UnitAlert.MOSTLY_USED),
        (date(2026, 3, 9), {"units_used": 16}, True, 4, UnitAlert.MOSTLY_USED),
        (date(2026, 3, 9), {"units_used": 17}, True, 3, UnitAlert.FEW_LEFT),
        (date(2026, 3, 9), {"units_used": 19}, True, 1, UnitAlert.FEW_LEFT),
        (date(2026, 3, 9), {"units_used": 20}, False, 0, UnitAlert.USED_UP),
        (date(2026, 3, 9), {"state": PENDED}, False, 0, UnitAlert.NONE),
        (date(2026, 3, 9), {"state": DENIED, "units": 0}, False, 0, UnitAlert.NONE),
    ],
)
def test_in_force_on_a_day_with_units_left(
    day: date, change: dict[str, Any], *, in_force: bool, left: int, alert: UnitAlert
) -> None:
    """Alert at 70 % used and at 3 units left, stop at none."""
    standing = authorization_state(replace(MARCH, **change), day, RULE)
    assert (standing.in_force, standing.units_left, standing.alert) == (in_force, left, alert)


@pytest.mark.parametrize(
    ("change", "overlaps"),
    [
        ({"covers_from": date(2026, 4, 1), "covers_to": date(2026, 4, 30)}, False),
        ({"covers_from": date(2026, 3, 31), "covers_to": date(2026, 4, 30)}, True),
        ({"covers_from": date(2026, 2, 1), "covers_to": date(2026, 3, 2)}, True),
        ({"covers_from": date(2026, 2, 1), "covers_to": date(2026, 3, 1)}, False),
        ({"covers_from": date(2026, 3, 10), "covers_to": date(2026, 3, 11)}, True),
        ({"level": LevelOfCare.OUTPATIENT}, False),
        ({"state": PENDED}, False),
    ],
)
def test_a_day_of_a_level_is_authorized_once(change: dict[str, Any], *, overlaps: bool) -> None:
    other = replace(MARCH, authorization_id=new_id(), **change)
    for one, standing in ((MARCH, other), (other, MARCH)):
        if overlaps:
            with pytest.raises(Conflict, match="authorization_overlaps"):
                check_no_overlap(one, [standing])
        else:
            check_no_overlap(one, [standing])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ((), None),
        (({},), APPROVED),
        (({"state": PENDED},), PENDED),
        (({"state": DENIED, "units": 0},), DENIED),
        (({"state": PENDED}, {}), APPROVED),
        (({"state": DENIED, "units": 0}, {"state": PENDED}), PENDED),
        (({"covers_to": date(2026, 3, 8)},), None),
        (({"covers_to": date(2026, 3, 9)},), APPROVED),
        (({"units_used": 20},), None),
        (({"level": LevelOfCare.OUTPATIENT},), None),
    ],
)
def test_what_the_payer_says_of_a_level_on_a_day(
    changes: tuple[dict[str, Any], ...], status: AuthorizationState | None
) -> None:
    answers = [replace(MARCH, **change) for change in changes]
    assert status_on(answers, INTENSIVE, date(2026, 3, 9)) is status
