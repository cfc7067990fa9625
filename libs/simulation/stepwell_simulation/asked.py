"""What can be asked of a simulation: the same bounds in every command, read before anything is started or emptied.

It loads next to nothing, so that a wrong word is refused at once.
"""

import math
from argparse import ArgumentTypeError
from enum import StrEnum

from stepwell_simulation.profile import Stratum

#: A faster clock leaves nobody the time to do anything; a slower one is the wall's.
MOST_HASTY_DAY_S = 0.1
LONGEST_DAY_S = 86_400.0

#: A cohort that shows each stratum has room for all of them.
FEWEST_STRATIFIED = len(Stratum) - 1


class Ends(StrEnum):
    """When a simulation is over: thirty days after the first courses, or when every episode is closed, returns too."""

    AFTERCARE_30 = "aftercare-30"
    CLOSED = "closed"


def wall_seconds_of_day(text: str) -> float:
    """The wall seconds of a day that `0.5s` or `2` tell."""
    seconds = _number(text.strip().removesuffix("s"), "a day is a number of wall seconds, such as 0.5s")
    if not MOST_HASTY_DAY_S <= seconds <= LONGEST_DAY_S:
        raise ArgumentTypeError(f"a day lasts between {MOST_HASTY_DAY_S} and {LONGEST_DAY_S:.0f} wall seconds")
    return seconds


def wall_seconds_of_wait(text: str) -> float:
    """How many wall seconds are waited at most; none is possible."""
    seconds = _number(text, "a wait is a number of seconds")
    if not 0 <= seconds < math.inf:
        raise ArgumentTypeError("a wait is a number of seconds from 0 on")
    return seconds


def patients(text: str) -> int:
    """How many patients; possibly none."""
    try:
        number = int(text)
    except ValueError as error:
        raise ArgumentTypeError("patients are a whole number") from error
    if number < 0:
        raise ArgumentTypeError("patients are 0 or more")
    return number


def patients_of_strata(text: str) -> int:
    """How many patients a cohort can have in which each stratum is shown."""
    number = patients(text)
    if number < FEWEST_STRATIFIED:
        raise ArgumentTypeError(f"every course is among them from {FEWEST_STRATIFIED} patients on")
    return number


def _number(text: str, sentence: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ArgumentTypeError(sentence) from error
