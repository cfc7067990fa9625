"""A week of a facility as a timetable, in its local time."""

from datetime import UTC, date, datetime, timedelta

from stepwell_contracts.http.operations_network import SessionSeats
from stepwell_kernel.ids import new_id
from stepwell_operations.console.timetable import timetable

ZONE = "America/New_York"
#: The week in which clocks go forward, on its Sunday.
MONDAY = date(2026, 3, 2)


def session(
    starts_at: datetime, *, group: bool = True, taken: int = 1, capacity: int = 8, state: str = "scheduled"
) -> SessionSeats:
    return SessionSeats(
        session_id=new_id(),
        group_id=new_id() if group else None,
        program_id=new_id(),
        modality="group_therapy" if group else "individual_therapy",
        topic=None,
        setting="on_site",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=capacity,
        taken=taken,
        state=state,
    )


def test_sessions_stand_at_their_local_day_and_hour_past_a_change_of_clocks() -> None:
    at_nine = [datetime(2026, 3, 2, 14, 30, tzinfo=UTC), datetime(2026, 3, 8, 13, 30, tzinfo=UTC)]
    late = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    found = timetable([session(at) for at in (*at_nine, late)], MONDAY, ZONE)
    assert (found.days[0], found.days[-1]) == (MONDAY, date(2026, 3, 8))
    assert [hour.hour for hour in found.hours] == [9, 21]
    assert [len(slots) for slots in found.hours[0].days] == [1, 0, 0, 0, 0, 0, 1]
    assert [len(slots) for slots in found.hours[1].days] == [0, 1, 0, 0, 0, 0, 0]
    assert f"{found.hours[0].days[6][0].starts_at:%H:%M}" == "09:30"


def test_visits_that_begin_together_are_one_slot_and_groups_never() -> None:
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    visits = [session(at, group=False, capacity=1) for _ in range(3)]
    gone = session(at, group=False, capacity=1, taken=0, state="cancelled")
    groups = [session(at, taken=8), session(at, taken=7)]
    (hour,) = timetable([*visits, gone, *groups], MONDAY, ZONE).hours
    slots = hour.days[0]
    assert sorted((one.visits, one.taken, one.capacity, one.state) for one in slots) == [
        (0, 7, 8, "scheduled"),
        (0, 8, 8, "scheduled"),
        (1, 0, 1, "cancelled"),
        (3, 3, 3, "scheduled"),
    ]
    assert [one.full for one in slots if not one.visits] == [one.taken == 8 for one in slots if not one.visits]


def test_an_empty_week_has_days_and_no_hours() -> None:
    found = timetable([], MONDAY, ZONE)
    assert (len(found.days), len(found.hours)) == (7, 0)
