"""Which phase leads to which, on what ground: the plan of the house."""

from datetime import UTC, datetime

import pytest

from stepwell_intake.domain.decisions import Decision, DecisionKind
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.domain.phases import Move, check_carried_out
from stepwell_kernel.codes import AgeBand, DischargeReason, Phase, TreatmentPart
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
THERE = new_id()

K, P, D = DecisionKind, Phase, DischargeReason


def episode(phase: Phase, held_from: Phase | None = None) -> Episode:
    part = TreatmentPart.SKILLS if phase is Phase.TREATMENT else None
    return Episode(new_id(), new_id(), new_id(), new_id(), AgeBand.ADULT, phase, part, 540, NOW, held_from=held_from)


def decision(kind: DecisionKind, reason: DischargeReason | None = None) -> Decision:
    facility = THERE if kind is K.TRANSFER else None
    return Decision(new_id(), new_id(), kind, new_id(), NOW, reason=reason, facility_id=facility)


@pytest.mark.parametrize(
    ("kind", "origin", "to"),
    [
        (K.DECLINE, P.REFERRAL, P.DECLINED),
        (K.DECLINE, P.SCREENING, P.DECLINED),
        (K.DECLINE, P.ADMISSION, P.DECLINED),
        (K.DECLINE, P.WAITLISTED, P.DECLINED),
        (K.WAITLIST, P.SCREENING, P.WAITLISTED),
        (K.WAITLIST, P.ADMISSION, P.WAITLISTED),
        (K.RESUME, P.WAITLISTED, P.ADMISSION),
        (K.ADMISSION, P.ADMISSION, P.TREATMENT),
        (K.HOLD, P.TREATMENT, P.ON_HOLD),
        (K.HOLD, P.STEP_DOWN, P.ON_HOLD),
        (K.STEP_DOWN, P.TREATMENT, P.STEP_DOWN),
        (K.STEP_UP, P.STEP_DOWN, P.TREATMENT),
        (K.STEP_UP, P.AFTERCARE, P.TREATMENT),
        (K.DISCHARGE, P.TREATMENT, P.AFTERCARE),
        (K.DISCHARGE, P.STEP_DOWN, P.AFTERCARE),
        (K.DISCHARGE, P.ON_HOLD, P.AFTERCARE),
    ],
)
def test_what_was_decided_is_carried_out_and_nothing_else(kind: DecisionKind, origin: Phase, to: Phase) -> None:
    reason = D.COMPLETED if kind is K.DISCHARGE else None
    decided = decision(kind, reason)
    assert check_carried_out(episode(origin), Move(origin, to), decided) is decided
    other = decision(K.WAITLIST if kind is not K.WAITLIST else K.HOLD)
    for wrong in (None, other):
        with pytest.raises(Conflict) as refusal:
            check_carried_out(episode(origin), Move(origin, to), wrong)
        assert refusal.value.code == "not_decided"


@pytest.mark.parametrize(
    ("origin", "to", "code"),
    [
        (P.TREATMENT, P.TREATMENT, None),
        (P.AFTERCARE, P.CLOSED, None),
        (P.DECLINED, P.CLOSED, None),
        (P.STEP_DOWN, P.STEP_DOWN, "not_decided"),
        (P.REFERRAL, P.TREATMENT, "transition_not_allowed"),
        (P.CLOSED, P.AFTERCARE, "transition_not_allowed"),
        (P.AFTERCARE, P.STEP_DOWN, "transition_not_allowed"),
    ],
)
def test_what_the_journey_does_on_its_own(origin: Phase, to: Phase, code: str | None) -> None:
    if code is None:
        assert check_carried_out(episode(origin), Move(origin, to), decision(K.HOLD)) is None
        return
    with pytest.raises(Conflict) as refusal:
        check_carried_out(episode(origin), Move(origin, to), None)
    assert refusal.value.code == code


@pytest.mark.parametrize("phase", [P.TREATMENT, P.STEP_DOWN])
def test_a_transfer_leads_where_it_was_decided_to_and_leaves_the_phase(phase: Phase) -> None:
    decided = decision(K.TRANSFER)
    assert check_carried_out(episode(phase), Move(phase, phase, THERE), decided) is decided
    with pytest.raises(Conflict, match="not_decided"):
        check_carried_out(episode(phase), Move(phase, phase, new_id()), decided)
    with pytest.raises(Conflict, match="not_decided"):
        check_carried_out(episode(phase), Move(phase, phase, THERE), None)


def test_the_part_changes_on_its_own_while_a_transfer_is_under_way() -> None:
    assert check_carried_out(episode(P.TREATMENT), Move(P.TREATMENT, P.TREATMENT), decision(K.TRANSFER)) is None


@pytest.mark.parametrize(
    ("held_from", "to", "code"),
    [
        (P.TREATMENT, P.TREATMENT, None),
        (P.STEP_DOWN, P.STEP_DOWN, None),
        (P.TREATMENT, P.STEP_DOWN, "held_from_elsewhere"),
        (P.STEP_DOWN, P.TREATMENT, "held_from_elsewhere"),
    ],
)
def test_care_goes_on_where_it_paused(held_from: Phase, to: Phase, code: str | None) -> None:
    held, decided = episode(P.ON_HOLD, held_from), decision(K.RESUME)
    if code is None:
        assert check_carried_out(held, Move(P.ON_HOLD, to), decided) is decided
        return
    with pytest.raises(Conflict) as refusal:
        check_carried_out(held, Move(P.ON_HOLD, to), decided)
    assert refusal.value.code == code


@pytest.mark.parametrize("origin", [P.TREATMENT, P.STEP_DOWN, P.ON_HOLD])
def test_death_leads_straight_to_the_end(origin: Phase) -> None:
    died = decision(K.DISCHARGE, D.DEATH)
    assert check_carried_out(episode(origin), Move(origin, P.CLOSED), died) is died
    for to, decided in ((P.AFTERCARE, died), (P.CLOSED, decision(K.DISCHARGE, D.COMPLETED))):
        with pytest.raises(Conflict, match="not_decided"):
            check_carried_out(episode(origin), Move(origin, to), decided)


def test_a_phase_that_moved_on_is_left_alone() -> None:
    with pytest.raises(Conflict, match="phase_moved_on"):
        check_carried_out(episode(P.STEP_DOWN), Move(P.TREATMENT, P.ON_HOLD), decision(K.HOLD))
