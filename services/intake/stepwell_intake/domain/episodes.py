"""An episode of care, and what its phase allows."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Phase, TreatmentPart
from stepwell_kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode; its row is the truth about the phase."""

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase
    part: TreatmentPart | None
    prescribed_minutes_per_week: int
    received_at: datetime


#: First contact ends the wait of a referral; later contacts are part of care.
BEFORE_CONTACT = frozenset({Phase.REFERRAL})
#: The level of care is assessed before the decision to admit, and may be assessed again until then.
ASSESSABLE = frozenset({Phase.SCREENING, Phase.ADMISSION})
ADMISSIBLE = frozenset({Phase.ADMISSION})
#: Step-down leads out of treatment; out of a hold the patient comes back to treatment first.
IN_TREATMENT = frozenset({Phase.TREATMENT})
#: Discharge leads from any phase after admission to aftercare.
DISCHARGEABLE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD})
IN_AFTERCARE = frozenset({Phase.AFTERCARE})
#: Nothing more is sent to the patient, and nothing more is disclosed, once care has ended.
ENDED = frozenset({Phase.DECLINED, Phase.CLOSED})
OPEN = frozenset(Phase) - ENDED


def check_phase(episode: Episode, allowed: AbstractSet[Phase], command: str) -> None:
    """Raise Conflict (`phase_does_not_allow`) when the command does not fit the episode's phase."""
    if episode.phase not in allowed:
        raise Conflict("phase_does_not_allow", f"{command} is not possible in {episode.phase}", rule=f"{command}.phase")
