"""Courses that come of the real decision: every journey ends, and each stratum shows what it stands for."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import DischargeReason, Phase, TaskKind
from stepwell_kernel.errors import Bug
from stepwell_simulation.cohort import draw_patients, stratified
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.profile import Stratum
from stepwell_simulation.pure import journey
from stepwell_simulation.pure.run import Lived, live, live_all, usual_policies
from stepwell_workflows.journey.decide import Decision, decide
from stepwell_workflows.journey.happenings import Happening
from stepwell_workflows.journey.state import JourneyState

BEGUN_ON = date(2026, 3, 2)


@pytest.mark.parametrize("seed", range(3))
def test_every_patient_ends_closed_and_has_come_as_far_as_their_profile_says(seed: int) -> None:
    profiles = draw_patients(seed, 60, BEGUN_ON)
    for profile, lived in zip(profiles, live_all(profiles, BEGUN_ON), strict=True):
        outcome = lived.outcome
        assert lived.phase is Phase.CLOSED
        assert outcome.is_settled
        assert outcome.was_admitted is (profile.reason is not None)
        assert outcome.reason is profile.reason
        assert outcome.attended + outcome.no_shows <= outcome.sessions
        if outcome.stay_days is not None:
            assert abs(outcome.stay_days - Conduct(profile).last_day) <= 4


def test_the_same_seed_has_the_same_courses() -> None:
    profiles = draw_patients(4, 12, BEGUN_ON)
    assert list(live_all(profiles, BEGUN_ON)) == list(live_all(profiles, BEGUN_ON))


def test_who_is_followed_for_some_days_only_is_left_in_aftercare() -> None:
    profiles = stratified(1, 8, BEGUN_ON)
    lived = list(live_all(profiles, BEGUN_ON, aftercare=timedelta(days=30)))
    by = {profile.stratum: one.phase for profile, one in zip(profiles, lived, strict=True)}
    assert by[Stratum.COMPLETED] is Phase.AFTERCARE
    assert by[Stratum.DECLINED] is Phase.CLOSED


def shown(stratum: Stratum) -> Lived:
    profile = next(one for one in stratified(2, 8, BEGUN_ON) if one.stratum is stratum)
    return live(profile, BEGUN_ON, usual_policies())


@pytest.mark.parametrize(
    ("stratum", "is_shown"),
    [
        (Stratum.DECLINED, lambda lived: not lived.outcome.was_assessed and Phase.DECLINED in lived.phases),
        (Stratum.COMPLETED, lambda lived: {Phase.ON_HOLD, Phase.STEP_DOWN, Phase.AFTERCARE} <= set(lived.phases)),
        (Stratum.DROPPED_OUT, lambda lived: lived.tasks[TaskKind.OUTREACH_CALL] > 1),
        (Stratum.ON_METHADONE, lambda lived: lived.outcome.reason is DischargeReason.COMPLETED),
        (Stratum.IN_CRISIS, lambda lived: lived.tasks[TaskKind.CRISIS_DISPOSITION] == 1),
        (Stratum.TRANSFERRED, lambda lived: len(lived.places) == 2),
        (Stratum.WAITLISTED, lambda lived: lived.tasks[TaskKind.INTERIM_SERVICES] == 1),
    ],
)
def test_a_stratum_shows_what_it_stands_for(stratum: Stratum, is_shown: Callable[[Lived], bool]) -> None:
    assert is_shown(shown(stratum))


def test_a_journey_that_nothing_wakes_is_called_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(state: JourneyState, happening: Happening, now: datetime, policy: JourneyPolicy) -> Decision:
        decided, actions = decide(state, happening, now, policy)
        return decided.model_copy(update={"obligations": {}}), actions

    monkeypatch.setattr(journey, "decide", forgetful)
    with pytest.raises(Bug) as found:
        list(live_all(draw_patients(1, 1, BEGUN_ON), BEGUN_ON))
    assert found.value.code == "journey_stuck"
