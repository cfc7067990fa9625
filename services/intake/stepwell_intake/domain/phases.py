"""The phases of an episode: which leads to which, and on what ground.

Source: the plan of the house. People decide admission, hold, step-down, step-up and discharge; the journey carries that
out, and moves on its own only between the parts of treatment, from aftercare to closed when the year is over, and from
declined to closed. Discharge leads from any phase after admission to aftercare, planned or not; for death straight to
closed.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_kernel.codes import DischargeReason, Phase
from stepwell_kernel.errors import Conflict


class Ground(StrEnum):
    """Why an episode may move."""

    FIRST_CONTACT = "first_contact"
    ASSESSMENT = "assessment"
    WAITLIST = "waitlist"
    ADMISSION = "admission"
    HOLD = "hold"
    RESUME = "resume"
    STEP_DOWN = "step_down"
    STEP_UP = "step_up"
    DISCHARGE = "discharge"
    DEATH = "death"
    AUTOMATIC = "automatic"


TRANSITIONS: Mapping[tuple[Phase, Phase], Ground] = MappingProxyType(
    {
        (Phase.REFERRAL, Phase.SCREENING): Ground.FIRST_CONTACT,
        (Phase.SCREENING, Phase.ADMISSION): Ground.ASSESSMENT,
        (Phase.SCREENING, Phase.DECLINED): Ground.ASSESSMENT,
        (Phase.ADMISSION, Phase.DECLINED): Ground.ASSESSMENT,
        (Phase.SCREENING, Phase.WAITLISTED): Ground.WAITLIST,
        (Phase.ADMISSION, Phase.WAITLISTED): Ground.WAITLIST,
        (Phase.WAITLISTED, Phase.ADMISSION): Ground.RESUME,
        (Phase.WAITLISTED, Phase.DECLINED): Ground.ASSESSMENT,
        (Phase.ADMISSION, Phase.TREATMENT): Ground.ADMISSION,
        (Phase.TREATMENT, Phase.TREATMENT): Ground.AUTOMATIC,
        (Phase.TREATMENT, Phase.ON_HOLD): Ground.HOLD,
        (Phase.STEP_DOWN, Phase.ON_HOLD): Ground.HOLD,
        (Phase.ON_HOLD, Phase.TREATMENT): Ground.RESUME,
        (Phase.ON_HOLD, Phase.STEP_DOWN): Ground.RESUME,
        (Phase.TREATMENT, Phase.STEP_DOWN): Ground.STEP_DOWN,
        (Phase.STEP_DOWN, Phase.TREATMENT): Ground.STEP_UP,
        (Phase.TREATMENT, Phase.AFTERCARE): Ground.DISCHARGE,
        (Phase.STEP_DOWN, Phase.AFTERCARE): Ground.DISCHARGE,
        (Phase.ON_HOLD, Phase.AFTERCARE): Ground.DISCHARGE,
        (Phase.TREATMENT, Phase.CLOSED): Ground.DEATH,
        (Phase.STEP_DOWN, Phase.CLOSED): Ground.DEATH,
        (Phase.ON_HOLD, Phase.CLOSED): Ground.DEATH,
        (Phase.AFTERCARE, Phase.CLOSED): Ground.AUTOMATIC,
        (Phase.DECLINED, Phase.CLOSED): Ground.AUTOMATIC,
    }
)


def check_carried_out(current: Phase, expected: Phase, to: Phase, decision: Decision | None) -> Decision | None:
    """The open decision that a move of the journey carries out; None when the journey may move on its own.

    Raises Conflict (`phase_moved_on`, `transition_not_allowed`, `not_decided`).
    """
    if current is not expected:
        raise Conflict("phase_moved_on", f"the episode is in {current}, not in {expected}", rule="phase.expected")
    ground = TRANSITIONS.get((current, to))
    if ground is None:
        raise Conflict("transition_not_allowed", f"{current} does not lead to {to}", rule="phase.transition")
    if ground is Ground.AUTOMATIC:
        return None
    if decision is None or ground is not ground_of(decision):
        raise Conflict("not_decided", f"nobody decided to go from {current} to {to}", rule="phase.decided")
    return decision


def ground_of(decision: Decision) -> Ground:
    """What a decision is a ground for."""
    match decision.kind:
        case DecisionKind.ADMISSION:
            return Ground.ADMISSION
        case DecisionKind.STEP_DOWN:
            return Ground.STEP_DOWN
        case DecisionKind.DISCHARGE:
            return Ground.DEATH if decision.reason is DischargeReason.DEATH else Ground.DISCHARGE
