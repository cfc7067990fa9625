"""Waiting for something to become true, without guessing how long it takes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

PAUSE_S = 0.02


@overload
async def eventually(
    look: Callable[[], Awaitable[T]], *, within_s: float = 10.0, until: Callable[[T], bool] = bool
) -> T: ...


@overload
async def eventually(look: Callable[[], T], *, within_s: float = 10.0, until: Callable[[T], bool] = bool) -> T: ...


async def eventually(
    look: Callable[[], T | Awaitable[T]], *, within_s: float = 10.0, until: Callable[[T], bool] = bool
) -> T:
    """Look again and again until the value is as wanted, and return it.

    Raises AssertionError with the last value, or with the last AssertionError, when time is over.
    """
    deadline = time.monotonic() + within_s
    while True:
        seen: object
        try:
            looked = look()
            value: T = await looked if inspect.isawaitable(looked) else looked
            if until(value):
                return value
            seen = value
        except AssertionError as error:
            seen = error
        if time.monotonic() > deadline:
            message = f"not so within {within_s} s; last seen: {seen!r}"
            raise AssertionError(message)
        await asyncio.sleep(PAUSE_S)
