"""The phases of an episode: which leads to which, and on what grounds.

Source: the plan of the house. People decide admission, decline, waitlist, hold, resume, step-down, step-up, transfer
and discharge; the journey carries that out, and moves on its own only between the parts of treatment, from aftercare to
closed when the year is over, and from declined to closed. Discharge leads from any phase after admission to aftercare,
planned or not; for death straight to closed. A transfer leads to another facility and leaves the phase as it is.
"""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import Episode
from stepwell_kernel.codes import DischargeReason, Phase
from stepwell_kernel.errors import Conflict


class Ground(StrEnum):
    """Why an episode may move."""

    FIRST_CONTACT = "first_contact"
    ASSESSMENT = "assessment"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    ADMISSION = "admission"
    HOLD = "hold"
    RESUME = "resume"
    STEP_DOWN = "step_down"
    STEP_UP = "step_up"
    TRANSFER = "transfer"
    DISCHARGE = "discharge"
    DEATH = "death"
    AUTOMATIC = "automatic"


TRANSITIONS: Mapping[tuple[Phase, Phase], AbstractSet[Ground]] = MappingProxyType(
    {
        (Phase.REFERRAL, Phase.SCREENING): frozenset({Ground.FIRST_CONTACT}),
        (Phase.REFERRAL, Phase.DECLINED): frozenset({Ground.DECLINE}),
        (Phase.SCREENING, Phase.ADMISSION): frozenset({Ground.ASSESSMENT}),
        (Phase.SCREENING, Phase.DECLINED): frozenset({Ground.ASSESSMENT, Ground.DECLINE}),
        (Phase.SCREENING, Phase.WAITLISTED): frozenset({Ground.WAITLIST}),
        (Phase.ADMISSION, Phase.DECLINED): frozenset({Ground.ASSESSMENT, Ground.DECLINE}),
        (Phase.ADMISSION, Phase.WAITLISTED): frozenset({Ground.WAITLIST}),
        (Phase.ADMISSION, Phase.TREATMENT): frozenset({Ground.ADMISSION}),
        (Phase.WAITLISTED, Phase.ADMISSION): frozenset({Ground.RESUME}),
        (Phase.WAITLISTED, Phase.DECLINED): frozenset({Ground.DECLINE}),
        (Phase.TREATMENT, Phase.TREATMENT): frozenset({Ground.AUTOMATIC, Ground.TRANSFER}),
        (Phase.TREATMENT, Phase.ON_HOLD): frozenset({Ground.HOLD}),
        (Phase.TREATMENT, Phase.STEP_DOWN): frozenset({Ground.STEP_DOWN}),
        (Phase.TREATMENT, Phase.AFTERCARE): frozenset({Ground.DISCHARGE}),
        (Phase.TREATMENT, Phase.CLOSED): frozenset({Ground.DEATH}),
        (Phase.STEP_DOWN, Phase.STEP_DOWN): frozenset({Ground.TRANSFER}),
        (Phase.STEP_DOWN, Phase.ON_HOLD): frozenset({Ground.HOLD}),
        (Phase.STEP_DOWN, Phase.TREATMENT): frozenset({Ground.STEP_UP}),
        (Phase.STEP_DOWN, Phase.AFTERCARE): frozenset({Ground.DISCHARGE}),
        (Phase.STEP_DOWN, Phase.CLOSED): frozenset({Ground.DEATH}),
        (Phase.ON_HOLD, Phase.TREATMENT): frozenset({Ground.RESUME}),
        (Phase.ON_HOLD, Phase.STEP_DOWN): frozenset({Ground.RESUME}),
        (Phase.ON_HOLD, Phase.AFTERCARE): frozenset({Ground.DISCHARGE}),
        (Phase.ON_HOLD, Phase.CLOSED): frozenset({Ground.DEATH}),
        (Phase.AFTERCARE, Phase.TREATMENT): frozenset({Ground.STEP_UP}),
        (Phase.AFTERCARE, Phase.CLOSED): frozenset({Ground.AUTOMATIC}),
        (Phase.DECLINED, Phase.CLOSED): frozenset({Ground.AUTOMATIC}),
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """Where the journey asks to move an episode; with a facility it is a transfer."""

    expected: Phase
    to: Phase
    facility_id: UUID | None = None


def check_carried_out(episode: Episode, move: Move, decision: Decision | None) -> Decision | None:
    """The open decision that a move of the journey carries out; None when the journey may move on its own.

    Raises Conflict (`phase_moved_on`, `transition_not_allowed`, `not_decided`, `held_from_elsewhere`).
    """
    current, to = episode.phase, move.to
    if current is not move.expected:
        raise Conflict("phase_moved_on", f"the episode is in {current}, not in {move.expected}", rule="phase.expected")
    grounds = TRANSITIONS.get((current, to))
    if grounds is None:
        raise Conflict("transition_not_allowed", f"{current} does not lead to {to}", rule="phase.transition")
    if Ground.AUTOMATIC in grounds and move.facility_id is None:
        return None
    if decision is None or ground_of(decision) not in grounds or decision.facility_id != move.facility_id:
        raise Conflict("not_decided", f"nobody decided to go from {current} to {to}", rule="phase.decided")
    if current is Phase.ON_HOLD and decision.kind is DecisionKind.RESUME and to is not episode.held_from:
        raise Conflict("held_from_elsewhere", f"care paused in {episode.held_from}", rule="phase.held_from")
    return decision


def ground_of(decision: Decision) -> Ground:
    """What a decision is a ground for."""
    if decision.kind is DecisionKind.DISCHARGE and decision.reason is DischargeReason.DEATH:
        return Ground.DEATH
    return Ground(decision.kind)
