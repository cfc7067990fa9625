"""What staff enter: attendance that the rules of scheduling take, instruments that add up, and mistakes."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies

from libs.simulation.tests.stand_in import MONDAY
from stepwell_contracts.http.scheduling import BookingView, RecordAttendance
from stepwell_kernel.codes import AttendanceState, Modality
from stepwell_simulation.cohort import draw_patients
from stepwell_simulation.conduct import ABSENT, THERE, Attended, Conduct
from stepwell_simulation.living.attendance import entry_of
from stepwell_simulation.living.entries import Entries
from stepwell_simulation.living.measures import GAD_7_ITEMS, MOST_POINTS, PHQ_9_ITEMS, spread
from stepwell_simulation.network import demo_id

STATE = AttendanceState

#: The rules of scheduling: the share of the minutes that is a full session, and how late is late.
FULL = 0.85
LATE_AFTER_MINUTES = 5


def booking(minutes: int) -> BookingView:
    return BookingView(
        booking_id=demo_id(1),
        session_id=demo_id(2),
        episode_id=UUID(int=3),
        modality=Modality.GROUP_THERAPY,
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(minutes=minutes),
        state="booked",
        attendance=None,
        minutes=None,
    )


def fits(entry: RecordAttendance, session_minutes: int) -> bool:
    """Whether scheduling takes the entry, by its rules of 2020."""
    late = entry.late_minutes or 0
    share = entry.minutes / session_minutes
    if entry.state not in THERE:
        return entry.minutes == late == 0
    by_state = {
        STATE.PRESENT: share >= FULL and late <= LATE_AFTER_MINUTES,
        STATE.LATE: entry.late_minutes is None or late > LATE_AFTER_MINUTES,
        STATE.PARTIAL: share < FULL,
        STATE.LEFT_EARLY: share < 1,
    }
    return 0 < entry.minutes <= session_minutes - late and by_state[entry.state]


@pytest.mark.parametrize("minutes", [30, 60, 90, 120, 180])
def test_every_entry_and_every_mistake_is_one_that_scheduling_takes(minutes: int) -> None:
    seen = set()
    for profile in draw_patients(5, 120, MONDAY.date()):
        for number in range(10):
            attended = Conduct(profile).session(f"session-{number}", 20)
            seen.add(attended.state)
            assert fits(entry_of(booking(minutes), attended), minutes)
            assert fits(entry_of(booking(minutes), attended.mistaken()), minutes)
    assert seen == {*THERE, STATE.EXCUSED, STATE.LATE_CANCEL, STATE.UNEXCUSED_NO_SHOW}


def test_how_late_somebody_was_is_noted_when_it_is_late_by_any_rule() -> None:
    assert entry_of(booking(120), Attended(STATE.LATE, 0.75)).late_minutes == 30
    assert entry_of(booking(120), Attended(STATE.LATE, 0.95)).late_minutes is None
    assert entry_of(booking(120), Attended(STATE.LEFT_EARLY, 0.5)).late_minutes is None


def test_a_mistake_takes_present_for_absent_and_the_other_way_round() -> None:
    for state in STATE:
        mistaken = Attended(state, 0.5 if state in THERE else 0.0).mistaken()
        assert (mistaken.state in THERE) is (state not in THERE)
    assert Attended(STATE.LATE, 0.8).mistaken() == ABSENT


def test_entries_are_counted() -> None:
    entries = Entries()
    for wrong in (False, True, False):
        entries.note(wrong=wrong)
    assert (entries.made, entries.wrong, entries.corrected) == (3, 1, 0)


@given(strategies.sampled_from([PHQ_9_ITEMS, GAD_7_ITEMS]), strategies.integers(0, 40))
def test_points_add_up_and_spare_the_last_item_as_long_as_they_can(items: int, total: int) -> None:
    points = spread(total, items)
    assert len(points) == items
    assert sum(points.values()) == min(total, items * MOST_POINTS)
    assert all(0 <= value <= MOST_POINTS for value in points.values())
    assert points[f"item_{items}"] == max(min(total, items * MOST_POINTS) - (items - 1) * MOST_POINTS, 0)
