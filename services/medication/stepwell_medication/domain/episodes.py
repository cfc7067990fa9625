"""An episode as medication knows it."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Conflict

#: Medication begins in care and goes on after it: a change of level never stops it.
MAY_START = frozenset({Phase.ADMISSION, Phase.TREATMENT, Phase.STEP_DOWN})


@dataclass(frozen=True, slots=True)
class Episode:
    """What intake's events tell of an episode."""

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    phase: Phase


def check_may_start(episode: Episode) -> None:
    """Raise Conflict (`episode_not_in_care`) unless medication may be started in the phase."""
    if episode.phase not in MAY_START:
        raise Conflict("episode_not_in_care", f"medication is not started in {episode.phase}", rule="order.phase")
