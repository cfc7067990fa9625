"""When an instrument can be filled in."""

from datetime import UTC, datetime

import pytest

from stepwell_intake.domain.episodes import SCREENABLE, Episode, check_phase
from stepwell_kernel.codes import AgeBand, Phase
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phase", "passes"),
    [
        (Phase.REFERRAL, True),
        (Phase.SCREENING, True),
        (Phase.ADMISSION, True),
        (Phase.WAITLISTED, True),
        (Phase.TREATMENT, True),
        (Phase.ON_HOLD, True),
        (Phase.STEP_DOWN, True),
        (Phase.AFTERCARE, True),
        (Phase.DECLINED, False),
        (Phase.CLOSED, False),
    ],
)
def test_from_the_referral_to_the_end_of_aftercare(phase: Phase, *, passes: bool) -> None:
    """Measurement-based care: at intake, in treatment, after step-down, in aftercare; a referral may bring some."""
    episode = Episode(
        episode_id=new_id(),
        patient_id=new_id(),
        facility_id=new_id(),
        program_id=new_id(),
        age_band=AgeBand.ADULT,
        phase=phase,
        part=None,
        prescribed_minutes_per_week=0,
        received_at=NOON,
    )
    if passes:
        check_phase(episode, SCREENABLE, "screen")
        return
    with pytest.raises(Conflict, match="phase_does_not_allow"):
        check_phase(episode, SCREENABLE, "screen")
