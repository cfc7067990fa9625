"""A sleep in a test is too short on a slow day and too long on every other; `eventually()` polls instead.

`asyncio.sleep(0)` only yields to the loop; a workflow environment's own sleep skips time.
"""

import ast

import pytest

from tests.architecture.tree import Source, source

SLEEPS = {"anyio.sleep", "asyncio.sleep", "sleep", "time.sleep"}


def violations(file: Source) -> list[str]:
    return [
        file.at(call.lineno, name)
        for name, call in file.calls()
        if name in SLEEPS and not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)
    ]


def test_no_test_sleeps(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python if file.is_test for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("await asyncio.sleep(0.1)\n", 1),
        ("time.sleep(1)\n", 1),
        ("await asyncio.sleep(0)\n", 0),
        ("await environment.sleep(day)\n", 0),
    ],
)
def test_a_sleep_is_found(text: str, found: int) -> None:
    assert len(violations(source("libs/a/tests/test_a.py", text))) == found
