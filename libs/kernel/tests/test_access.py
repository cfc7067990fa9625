"""The one door: default deny, tenant before grant before facility."""

from uuid import UUID

import pytest

from stepwell_kernel.access import Action, Resource, authorize
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.errors import StepwellError

HERE, THERE = UUID(int=1), UUID(int=2)
PERSON, SERVICE, JOURNEY, DUTY = CallerKind.PERSON, CallerKind.SERVICE, CallerKind.JOURNEY, CallerKind.DUTY

BOOK = Action("book", people=frozenset({"scheduler"}), services=frozenset({"intake"}), journey=True)
REMIND = Action("remind", duty=True)
NOBODY = Action("nobody")


def caller(kind: CallerKind, *roles: str, tenant: str = "riverbend", facility: UUID | None = None) -> Caller:
    facilities = None if facility is None else frozenset({facility})
    return Caller(kind, tenant, "subject", frozenset(roles), facilities)


def verdict(who: Caller, action: Action, facility: UUID | None = HERE) -> str:
    try:
        authorize(who, action, Resource("riverbend", "care_task", UUID(int=9), facility))
    except StepwellError as refusal:
        return refusal.code
    return "passes"


@pytest.mark.parametrize(
    ("who", "action", "expected"),
    [
        (caller(PERSON, "scheduler"), BOOK, "passes"),
        (caller(PERSON, "nurse", "scheduler"), BOOK, "passes"),
        (caller(PERSON, "nurse"), BOOK, "not_granted"),
        (caller(PERSON), BOOK, "not_granted"),
        (caller(PERSON, "intake"), BOOK, "not_granted"),
        (caller(SERVICE, "intake"), BOOK, "passes"),
        (caller(SERVICE, "scheduler"), BOOK, "not_granted"),
        (caller(SERVICE, "medication"), BOOK, "not_granted"),
        (caller(JOURNEY), BOOK, "passes"),
        (caller(DUTY), BOOK, "not_granted"),
        (caller(DUTY), REMIND, "passes"),
        (caller(JOURNEY), REMIND, "not_granted"),
        (caller(PERSON, "scheduler", facility=HERE), BOOK, "passes"),
        (caller(PERSON, "scheduler", facility=THERE), BOOK, "facility_out_of_scope"),
        (caller(PERSON, "nurse", facility=THERE), BOOK, "not_granted"),
        (caller(PERSON, "scheduler", tenant="harborlight"), BOOK, "care_task_not_found"),
        (caller(JOURNEY, tenant="harborlight"), BOOK, "care_task_not_found"),
    ],
)
def test_who_may_what(who: Caller, action: Action, expected: str) -> None:
    assert verdict(who, action) == expected


@pytest.mark.parametrize("kind", list(CallerKind))
def test_an_action_that_names_nobody_is_open_to_nobody(kind: CallerKind) -> None:
    assert verdict(caller(kind, "administrator", "nobody"), NOBODY) == "not_granted"


def test_what_belongs_to_no_facility_lies_in_everyones_scope() -> None:
    assert verdict(caller(PERSON, "scheduler", facility=THERE), BOOK, facility=None) == "passes"


def test_nobody_without_facilities_enters_one() -> None:
    stranger = Caller(PERSON, "riverbend", "subject", frozenset({"scheduler"}), frozenset())
    assert verdict(stranger, BOOK) == "facility_out_of_scope"
