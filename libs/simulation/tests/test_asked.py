"""What can be asked of a simulation: bounds that hold what they promise, and refusals without a traceback."""

import subprocess
import sys
from argparse import ArgumentTypeError
from datetime import date

import pytest

from stepwell_kernel.errors import Invalid
from stepwell_simulation.asked import FEWEST_STRATIFIED, Ends, wall_seconds_of_day
from stepwell_simulation.cohort import stratified
from stepwell_simulation.living.run import Until

BEGUN_ON = date(2026, 3, 2)


@pytest.mark.parametrize(("text", "seconds"), [("0.5s", 0.5), ("2", 2.0), (" 120 s", 120.0), ("0.1", 0.1)])
def test_a_day_is_told_in_wall_seconds(text: str, seconds: float) -> None:
    assert wall_seconds_of_day(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "2m", "0", "-1", "nan", "-inf", "inf", "1e-300", "86400.1"])
def test_a_day_that_no_clock_can_keep_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="a day "):
        wall_seconds_of_day(text)


def test_the_fewest_patients_are_those_of_the_cohort() -> None:
    assert len(stratified(1, FEWEST_STRATIFIED, BEGUN_ON)) == FEWEST_STRATIFIED
    with pytest.raises(Invalid):
        stratified(1, FEWEST_STRATIFIED - 1, BEGUN_ON)


def test_every_end_is_one_of_a_run() -> None:
    assert {*map(Until, Ends), Until.STOPPED} == set(Until)


@pytest.mark.parametrize(
    "line",
    [
        "standing --run-file a --begun b --day 0",
        "standing --run-file a --begun b --patients -1",
        "verify --wait nan",
        "verify --wait -1",
        "verify --events none",
        "calibrate --patients many",
        "calibrate --patients 0",
    ],
)
def test_a_program_refuses_it_in_a_sentence(line: str) -> None:
    program, *words = line.split()
    ended = subprocess.run(
        [sys.executable, "-m", f"stepwell_simulation.{program}", *words], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ": error: argument --" in ended.stderr
    assert "_positive" not in ended.stderr
