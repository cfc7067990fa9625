"""Rules of scheduling, as tables: a passing, a failing and a boundary row each."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from stepwell_kernel.codes import AgeBand, Modality, Phase
from stepwell_kernel.errors import Invalid, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.reference import Item, Items, check_reference
from stepwell_scheduling.domain.replacement import DayBudget, choose_sessions
from stepwell_scheduling.domain.sessions import Session, check_seat
from stepwell_scheduling.domain.weeks import WeekTally, week_of

FACILITY, ELSEWHERE, PROGRAM = new_id(), new_id(), new_id()
DAY_MINUTES = 360
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def session(starts_at: datetime = NOON, minutes: int = 60, facility: UUID = FACILITY) -> Session:
    ends_at = starts_at + timedelta(minutes=minutes)
    return Session(new_id(), facility, PROGRAM, new_id(), Modality.GROUP_THERAPY, starts_at, ends_at, 8, 0)


def episode(phase: Phase = Phase.TREATMENT) -> Episode:
    return Episode(new_id(), new_id(), FACILITY, PROGRAM, AgeBand.ADULT, phase, 540)


@pytest.mark.parametrize(
    ("phase", "facility", "now", "code"),
    [
        (Phase.TREATMENT, FACILITY, NOON - timedelta(hours=1), None),
        (Phase.STEP_DOWN, FACILITY, NOON - timedelta(seconds=1), None),
        (Phase.TREATMENT, FACILITY, NOON, "session_started"),
        (Phase.ADMISSION, FACILITY, NOON - timedelta(hours=1), "episode_not_in_care"),
        (Phase.AFTERCARE, FACILITY, NOON - timedelta(hours=1), "episode_not_in_care"),
        (Phase.TREATMENT, ELSEWHERE, NOON - timedelta(hours=1), "other_facility"),
    ],
)
def test_who_may_have_a_seat(phase: Phase, facility: UUID, now: datetime, code: str | None) -> None:
    if code is None:
        check_seat(session(facility=facility), episode(phase), now)
        return
    with pytest.raises(StepwellError) as refusal:
        check_seat(session(facility=facility), episode(phase), now)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("attended", "shortfall"),
    [(534, 6), (540, 0), (600, 0), (0, 540)],
    ids=["8.9 h is short of 9", "9.0 h is enough", "more is enough", "nothing"],
)
def test_hours_short_of_an_adults_week(attended: int, shortfall: int) -> None:
    """ASAM 2.1: at least 9 h a week for adults, of hours attended."""
    assert WeekTally(540, attended).shortfall_minutes == shortfall


@pytest.mark.parametrize(
    ("starts_on", "hours"), [(date(2026, 3, 4), 167), (date(2026, 10, 28), 169), (date(2026, 6, 3), 168)]
)
def test_a_week_follows_the_local_clock(starts_on: date, hours: int) -> None:
    week = week_of(starts_on, "America/New_York")
    assert week.ends_at - week.starts_at == timedelta(hours=hours)


def test_reference_data_that_do_not_fit_are_all_named() -> None:
    program, track = Item(new_id()), Item(new_id(), new_id())
    with pytest.raises(Invalid) as refusal:
        check_reference(
            "Mars/Olympus",
            [Items("programs", [program, program]), Items("tracks", [track], "programs", "program_id")],
        )
    assert [problem.path for problem in refusal.value.fields] == [
        "facility.zone",
        "programs.1",
        "tracks.0.program_id",
    ]


@given(
    offsets=st.lists(st.integers(0, 28 * 24 * 4), max_size=60),
    minutes=st.sampled_from([30, 60, 90]),
    prescribed=st.integers(0, 600),
    kept=st.integers(0, 400),
)
def test_chosen_sessions_never_overlap_and_stop_at_what_is_prescribed_and_a_day_holds(
    offsets: list[int], minutes: int, prescribed: int, kept: int
) -> None:
    candidates = [session(NOON + timedelta(minutes=15 * offset), minutes) for offset in offsets]
    chosen = list(choose_sessions(candidates, prescribed, DayBudget("UTC", DAY_MINUTES, {NOON.date(): kept})))
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(chosen))
    weeks: dict[tuple[int, int], int] = {}
    for one in chosen:
        week = one.starts_at.isocalendar()[:2]
        assert weeks.get(week, 0) < prescribed
        weeks[week] = weeks.get(week, 0) + one.minutes
    days = Counter({NOON.date(): kept})
    for one in chosen:
        days[one.starts_at.date()] += one.minutes
        assert days[one.starts_at.date()] <= DAY_MINUTES
