"""An episode of care, and what its phase allows."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import AgeBand, PayerKind, Phase, PriorityClass, TreatmentPart
from stepwell_kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode; its row is the truth about the phase.

    `held_from` is where care goes on after a hold, `previous_episode_id` the episode that a readmission goes on from.
    """

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase
    part: TreatmentPart | None
    prescribed_minutes_per_week: int
    received_at: datetime
    held_from: Phase | None = None
    priority: PriorityClass = PriorityClass.GENERAL
    payer: PayerKind | None = None
    previous_episode_id: UUID | None = None


#: First contact ends the wait of a referral; later contacts are part of care.
BEFORE_CONTACT = frozenset({Phase.REFERRAL})
#: Until the decision to admit, the assessment moves the episode; later it is a review, which moves nothing by itself.
BEFORE_ADMISSION = frozenset({Phase.SCREENING, Phase.ADMISSION})
ASSESSABLE = BEFORE_ADMISSION | {Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD, Phase.AFTERCARE}
#: Instruments are filled in as long as an episode is open: a referral may bring some along, aftercare asks for some.
SCREENABLE = frozenset(Phase) - {Phase.DECLINED, Phase.CLOSED}
ADMISSIBLE = frozenset({Phase.ADMISSION})
DECLINABLE = frozenset({Phase.REFERRAL, Phase.SCREENING, Phase.ADMISSION, Phase.WAITLISTED})
WAITLISTABLE = BEFORE_ADMISSION
#: Care pauses, and moves to another facility, while it goes on.
HOLDABLE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN})
TRANSFERABLE = HOLDABLE
RESUMABLE = frozenset({Phase.ON_HOLD, Phase.WAITLISTED})
#: Step-down leads out of treatment; out of a hold the patient comes back to treatment first.
IN_TREATMENT = frozenset({Phase.TREATMENT})
#: Back to intensive treatment, also within the year after it.
STEP_UPPABLE = frozenset({Phase.STEP_DOWN, Phase.AFTERCARE})
#: Discharge leads from any phase after admission to aftercare.
DISCHARGEABLE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD})
#: A plan is reviewed while care goes on; it is drafted and signed from the decision on the level of care on.
IN_CARE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD})
PLANNABLE = IN_CARE | {Phase.ADMISSION}
IN_AFTERCARE = frozenset({Phase.AFTERCARE})
#: Nothing more is sent to the patient, and nothing more is disclosed, once care has ended.
ENDED = frozenset({Phase.DECLINED, Phase.CLOSED})
OPEN = frozenset(Phase) - ENDED


def check_phase(episode: Episode, allowed: AbstractSet[Phase], command: str) -> None:
    """Raise Conflict (`phase_does_not_allow`) when the command does not fit the episode's phase."""
    if episode.phase not in allowed:
        raise Conflict("phase_does_not_allow", f"{command} is not possible in {episode.phase}", rule=f"{command}.phase")
