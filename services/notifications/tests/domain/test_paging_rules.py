"""Who is called next, who can be on call, and what a page says."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id
from stepwell_notifications.domain.on_call import OnCall, Roster, check_roster
from stepwell_notifications.domain.page_wording import PAGE, short_id, write_page
from stepwell_notifications.domain.pages import BEFORE_THE_FIRST, Call, Page, check_can_be_acknowledged
from stepwell_notifications.domain.wording import banned_words

PAGE_ID = UUID("0193a000-0000-5000-8000-00000000abcd")
FIRST, SECOND = new_id(), new_id()
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("call", "levels", "following"),
    [
        (BEFORE_THE_FIRST, 3, Call(1, 1)),
        (Call(1, 2), 3, Call(1, 3)),
        (Call(1, 3), 3, Call(2, 1)),
        (Call(4, 1), 1, Call(5, 1)),
        (Call(1, 3), 2, Call(2, 1)),
        (BEFORE_THE_FIRST, 0, Call(2, 0)),
        (Call(2, 0), 0, Call(3, 0)),
        (Call(3, 0), 2, Call(3, 1)),
        (Call(1, 2), 0, Call(2, 0)),
    ],
    ids=[
        "the first",
        "the last",
        "after the last from the top",
        "one alone, again and again",
        "the roster became shorter",
        "no roster",
        "still none",
        "a roster at last",
        "the roster is gone",
    ],
)
def test_who_is_called_next(call: Call, levels: int, following: Call) -> None:
    assert call.next(levels) == following


def test_a_call_keeps_its_id_and_differs_from_every_other() -> None:
    calls = [Call(round_, level) for round_ in (1, 2) for level in (0, 1, 2)]
    assert len({call.id(PAGE_ID) for call in calls}) == len(calls)
    assert Call(1, 2).id(PAGE_ID) == Call(1, 2).id(PAGE_ID) != Call(1, 2).id(new_id())


@pytest.mark.parametrize(
    ("staff", "paths"),
    [
        ([FIRST], []),
        ([FIRST, SECOND], []),
        ([FIRST, SECOND, FIRST], ["people.2.staff_id"]),
        ([FIRST, FIRST, FIRST], ["people.1.staff_id", "people.2.staff_id"]),
    ],
)
def test_each_person_is_on_call_once(staff: Sequence[UUID], paths: Sequence[str]) -> None:
    people = [OnCall(person, Channel.EMAIL, "pager@example.org") for person in staff]
    if not paths:
        check_roster(people)
        return
    with pytest.raises(Invalid, match="roster_incoherent") as refusal:
        check_roster(people)
    assert [problem.path for problem in refusal.value.fields] == paths
    assert {problem.rule for problem in refusal.value.fields} == {"roster.each_once"}


def test_levels_count_from_one() -> None:
    people = tuple(OnCall(person, Channel.EMAIL, "pager@example.org") for person in (FIRST, SECOND))
    roster = Roster(new_id(), 1, people)
    found = [roster.at(level) for level in (0, 1, 2, 3)]
    assert [person.staff_id if person else None for person in found] == [None, FIRST, SECOND, None]
    assert "pager@example.org" not in repr(roster)


@pytest.mark.parametrize(("state", "can"), [("open", True), ("closed", False)])
def test_a_page_of_a_crisis_that_is_over_is_not_taken_over(state: str, *, can: bool) -> None:
    call = Call(1, 1)
    page = Page(PAGE_ID, new_id(), new_id(), new_id(), new_id(), state, call, call.id(PAGE_ID), NOON, NOON, None, None)
    if can:
        check_can_be_acknowledged(page)
        return
    with pytest.raises(Conflict, match="page_closed"):
        check_can_be_acknowledged(page)


@pytest.mark.parametrize(
    ("facility", "named"),
    [("North Center", "North Center"), ("Harbor Recovery Center", "Your site"), ("{callback}", "{callback}")],
    ids=["neutral", "a name that tells is left out", "a name is never a template"],
)
def test_a_page_names_nobody_and_nothing(facility: str, named: str) -> None:
    written = write_page(PAGE_ID, facility, "+12025550100")
    assert short_id(PAGE_ID) == "0193A000"
    assert written.subject == "Page 0193A000: acknowledge now"
    assert written.body == (
        f"{named} needs you now.\n\nAcknowledge page 0193A000 in Stepwell. Call back: +12025550100.\n"
    )
    assert banned_words(PAGE.subject + PAGE.body) == []
