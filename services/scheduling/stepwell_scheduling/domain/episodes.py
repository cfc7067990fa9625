"""An episode as scheduling knows it."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Phase

#: Phases in which a patient has seats in sessions.
IN_CARE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN})


@dataclass(frozen=True, slots=True)
class Episode:
    """What intake's events tell of an episode."""

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase
    prescribed_minutes_per_week: int

    @property
    def place(self) -> tuple[UUID, UUID]:
        """Facility and program; a transfer changes them and keeps the phase."""
        return self.facility_id, self.program_id
