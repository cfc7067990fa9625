"""Polling: it returns what came true, and says what it saw when nothing did."""

import asyncio
from collections.abc import Iterator

import pytest

from stepwell_testing.eventually import eventually


def counting() -> Iterator[int]:
    return iter(range(1000))


async def test_it_returns_the_first_value_that_is_as_wanted() -> None:
    numbers = counting()
    assert await eventually(lambda: next(numbers)) == 1
    assert await eventually(lambda: next(numbers), until=lambda number: number > 4) == 5


async def test_it_awaits_what_has_to_be_awaited() -> None:
    numbers = counting()

    async def look() -> int:
        await asyncio.sleep(0)
        return next(numbers)

    assert await eventually(look, until=lambda number: number == 3) == 3


async def test_an_assertion_that_fails_is_tried_again() -> None:
    numbers = counting()

    def look() -> str:
        assert next(numbers) >= 2
        return "seen"

    assert await eventually(look) == "seen"


async def test_what_never_comes_true_fails_with_what_was_seen() -> None:
    with pytest.raises(AssertionError, match="last seen: 'never'"):
        await eventually(lambda: "never", within_s=0.05, until=lambda value: value == "ever")


async def test_any_other_error_is_the_tests_own() -> None:
    with pytest.raises(ZeroDivisionError):
        await eventually(lambda: 1 / 0)
