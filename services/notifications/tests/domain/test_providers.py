"""Which provider is asked next: by order, by refusals, and by what may be on its way already."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from stepwell_notifications.domain.providers import ProviderRule, Tried, next_providers, without_waiting

WAIT = timedelta(seconds=300)
ORDER = (ProviderRule("alpha", WAIT), ProviderRule("bravo", WAIT))
MAIL = (ProviderRule("smtp", timedelta()),)


def attempt(provider: str, seconds: float = 1, *, is_open: bool = False, refused: bool = False) -> Tried:
    return Tried(provider, timedelta(seconds=seconds), is_open, refused)


@pytest.mark.parametrize(
    ("ledger", "names"),
    [
        ((), ("alpha", "bravo")),
        ((attempt("alpha"),), ("alpha", "bravo")),
        ((attempt("alpha", refused=True),), ("bravo",)),
        ((attempt("alpha", refused=True), attempt("bravo", refused=True)), ()),
        ((attempt("alpha", 299.9, is_open=True),), ("alpha",)),
        ((attempt("alpha", 300, is_open=True),), ("alpha", "bravo")),
        ((attempt("bravo", 300, is_open=True),), ("bravo", "alpha")),
        ((attempt("alpha", 300, is_open=True), attempt("alpha", 10)), ("bravo", "alpha")),
        ((attempt("alpha", 400, is_open=True), attempt("alpha", 10, is_open=True)), ("bravo", "alpha")),
        ((attempt("alpha", 400, is_open=True), attempt("bravo", 10, is_open=True)), ("bravo",)),
        ((attempt("alpha", 10, is_open=True), attempt("alpha", refused=True)), ("bravo",)),
        ((attempt("alpha", 400, is_open=True), attempt("bravo", refused=True)), ("alpha",)),
        ((attempt("bravo", 10, is_open=True),), ("bravo",)),
    ],
    ids=[
        "nobody was asked",
        "the first was away",
        "the first refuses",
        "both refuse",
        "in doubt, a moment before its time for a receipt is over",
        "in doubt, its time is over, and it was not asked again: the process was down",
        "the same of the second",
        "in doubt, its time is over, and it was away when it was asked again",
        "in doubt: the first attempt counts, not the last",
        "both in doubt: the one whose time is not over",
        "in doubt, then refused",
        "in doubt, and the other refuses",
        "the second in doubt alone",
    ],
)
def test_who_is_asked_next(ledger: Sequence[Tried], names: tuple[str, ...]) -> None:
    assert tuple(next_providers(ORDER, ledger)) == names


def test_what_is_better_told_twice_than_late_waits_for_no_receipt() -> None:
    hurried = without_waiting(ORDER)
    once = [attempt("alpha", is_open=True)]
    assert tuple(next_providers(hurried, once)) == ("alpha", "bravo")
    assert tuple(next_providers(hurried, [*once, attempt("alpha", is_open=True)])) == ("bravo", "alpha")


def test_a_mail_server_sends_no_receipts_and_is_asked_again_at_once() -> None:
    assert tuple(next_providers(MAIL, [attempt("smtp", 0, is_open=True)])) == ("smtp",)
