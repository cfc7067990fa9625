"""The way of an episode through its phases, and where on it one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stepwell_kernel.codes import Phase

#: The straight way, in order.
WAY: tuple[Phase, ...] = (
    Phase.REFERRAL,
    Phase.SCREENING,
    Phase.ADMISSION,
    Phase.TREATMENT,
    Phase.STEP_DOWN,
    Phase.AFTERCARE,
    Phase.CLOSED,
)

#: The doors beside it; an episode comes back from the first two.
SIDE_DOORS: tuple[Phase, ...] = (Phase.WAITLISTED, Phase.ON_HOLD, Phase.DECLINED)

#: An episode in one of these is treated: it has a place in its program, and seats.
TREATED = frozenset({Phase.TREATMENT, Phase.STEP_DOWN})

#: An episode in one of these is not in anybody's care.
ENDED = frozenset({Phase.CLOSED, Phase.DECLINED})


class StepState(StrEnum):
    """What a phase of the way is for an episode."""

    DONE = "done"
    HERE = "here"
    PAUSED = "paused"
    PASSED_OVER = "passed_over"
    LEFT = "left"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """A phase of the way: what it is for the episode, and when it was last entered, in domain time."""

    phase: Phase
    state: StepState
    entered_at: datetime | None


def steps(phase: Phase, entries: Mapping[Phase, datetime]) -> tuple[Step, ...]:
    """The way of an episode in `phase` that entered phases at these instants.

    From a side door the last phase before it is paused; phases before the present one that were never entered were
    passed over (a declined referral closes without treatment), and later ones that were entered were left again (a
    step-up from step-down or aftercare).
    """
    stands = WAY.index(phase) if phase in WAY else _last_entered(entries)
    return tuple(
        Step(one, _state(position, stands, one in entries, paused=phase not in WAY), entries.get(one))
        for position, one in enumerate(WAY)
    )


def _last_entered(entries: Mapping[Phase, datetime]) -> int:
    on_the_way = [one for one in WAY if one in entries]
    return WAY.index(max(on_the_way, key=lambda one: entries[one])) if on_the_way else 0


def _state(position: int, stands: int, entered: bool, *, paused: bool) -> StepState:
    if position == stands:
        return StepState.PAUSED if paused else StepState.HERE
    if position > stands:
        return StepState.LEFT if entered else StepState.AHEAD
    return StepState.DONE if entered else StepState.PASSED_OVER
