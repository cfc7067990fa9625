"""When a patient may sit in a session beside what else the patient has that day, and beside whom."""

from dataclasses import dataclass

from stepwell_kernel.errors import Conflict
from stepwell_scheduling.domain.rules import RuleVersion


@dataclass(frozen=True, slots=True)
class DayRule:
    """Minutes of care that a patient has on one local day at most, and how many sessions of it may be make-ups."""

    rule: RuleVersion
    most_minutes: int
    most_make_ups: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a seat meets.

    The patient's other minutes and make-ups of that local day, and whether somebody sits in the session from whom the
    patient is kept apart.
    """

    minutes: int
    make_ups: int
    kept_apart: bool


def check_seating(rule: DayRule, neighbours: Neighbours, minutes: int, *, make_up: bool = False) -> None:
    """Raise Conflict (`kept_apart`, `day_full`, `make_ups_full`) unless the seat goes with what is there."""
    if neighbours.kept_apart:
        raise Conflict("kept_apart", "the patient is kept apart from somebody who has a seat", rule="seat.keep_apart")
    if neighbours.minutes + minutes > rule.most_minutes:
        raise Conflict("day_full", f"a day has at most {rule.most_minutes} minutes of care", rule=str(rule.rule))
    if make_up and neighbours.make_ups >= rule.most_make_ups:
        raise Conflict("make_ups_full", f"a day has at most {rule.most_make_ups} make-ups", rule=str(rule.rule))
