"""What a person reads of the platform's parts."""

import io
import signal

import pytest

from stepwell_devstack.progress import ConsoleProgress
from stepwell_devstack.supervisor import PartState, Stage

ADDRESS = "http://127.0.0.1:8401"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PartState(Stage.READY, ADDRESS, pid=7), f"ready  intake             {ADDRESS}"),
        (PartState(Stage.READY, ADDRESS, pid=7, restarts=1), f"ready  intake             {ADDRESS}, start 2"),
        (
            PartState(Stage.RESTARTING, ADDRESS, ended_with=3),
            "died   intake             with status 3, starting it again",
        ),
        (
            PartState(Stage.RESTARTING, ADDRESS, ended_with=-signal.SIGSEGV),
            "died   intake             by SIGSEGV, starting it again",
        ),
        (
            PartState(Stage.RESTARTING, ADDRESS, ended_with=-40),
            "died   intake             by signal 40, starting it again",
        ),
    ],
)
def test_a_part_is_ready_or_died_of_something(state: PartState, told: str) -> None:
    stream = io.StringIO()
    ConsoleProgress(stream).part_changed("intake", state)
    assert stream.getvalue().partition(" s  ")[2] == f"{told}\n"


def test_what_lies_between_is_not_worth_a_line() -> None:
    stream = io.StringIO()
    for state in (PartState(Stage.WAITING, ADDRESS), PartState(Stage.RESTARTING, ADDRESS, pid=7)):
        ConsoleProgress(stream).part_changed("intake", state)
    assert stream.getvalue() == ""
