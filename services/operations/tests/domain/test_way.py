"""Where an episode stands on its way."""

from datetime import UTC, datetime, timedelta

import pytest

from stepwell_kernel.codes import Phase
from stepwell_operations.domain.way import SIDE_DOORS, WAY, StepState, steps

BEGIN = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def states(phase: Phase, *entered: Phase) -> list[StepState]:
    entries = {one: BEGIN + timedelta(days=day) for day, one in enumerate(entered)}
    return [step.state for step in steps(phase, entries)]


def test_every_phase_is_on_the_way_or_beside_it() -> None:
    assert {*WAY, *SIDE_DOORS} == set(Phase)


D, H, P, O, L, A = (  # noqa: E741
    StepState.DONE,
    StepState.HERE,
    StepState.PAUSED,
    StepState.PASSED_OVER,
    StepState.LEFT,
    StepState.AHEAD,
)


@pytest.mark.parametrize(
    ("phase", "entered", "expected"),
    [
        (Phase.REFERRAL, [Phase.REFERRAL], [H, A, A, A, A, A, A]),
        (Phase.TREATMENT, WAY[:4], [D, D, D, H, A, A, A]),
        (Phase.CLOSED, WAY, [D, D, D, D, D, D, H]),
        (Phase.CLOSED, [Phase.REFERRAL, Phase.DECLINED, Phase.CLOSED], [D, O, O, O, O, O, H]),
        (Phase.ON_HOLD, [*WAY[:4], Phase.ON_HOLD], [D, D, D, P, A, A, A]),
        (Phase.WAITLISTED, [*WAY[:3], Phase.WAITLISTED], [D, D, P, A, A, A, A]),
        (Phase.TREATMENT, [*WAY[:5], Phase.TREATMENT], [D, D, D, H, L, A, A]),
        (Phase.TREATMENT, [*WAY[:6], Phase.TREATMENT], [D, D, D, H, L, L, A]),
        (Phase.ON_HOLD, [], [P, A, A, A, A, A, A]),
    ],
    ids=[
        "begin",
        "in treatment",
        "end",
        "declined",
        "on hold",
        "waitlisted",
        "stepped up",
        "from aftercare",
        "nothing known",
    ],
)
def test_steps_tell_what_each_phase_is(phase: Phase, entered: list[Phase], expected: list[StepState]) -> None:
    assert states(phase, *entered) == expected


def test_a_step_up_and_a_pause_after_it_stand_in_treatment() -> None:
    assert states(Phase.ON_HOLD, *WAY[:5], Phase.TREATMENT, Phase.ON_HOLD) == [D, D, D, P, L, A, A]


def test_steps_carry_when_they_were_entered() -> None:
    found = steps(Phase.SCREENING, {Phase.REFERRAL: BEGIN, Phase.SCREENING: BEGIN + timedelta(hours=2)})
    assert [step.entered_at for step in found[:3]] == [BEGIN, BEGIN + timedelta(hours=2), None]
