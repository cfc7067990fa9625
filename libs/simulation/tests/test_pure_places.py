"""Hours of work, appointments and meetings in the local time of a place."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from stepwell_simulation.hours import appointment_near, open_from
from stepwell_simulation.profile import Home
from stepwell_simulation.pure.places import PLACES, meetings_after

ZONE = "America/New_York"


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of March 2026 in New York; from Sunday the 8th on clocks are an hour ahead."""
    return datetime(2026, 3, day, hour + (4 if day >= 8 else 5), minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local(4, 9, 30), local(4, 9, 30)),
        (local(4, 6), local(4, 8)),
        (local(4, 18), local(5, 8)),
        (local(6, 18), local(9, 8)),
        (local(7, 12), local(9, 8)),
    ],
)
def test_work_waits_until_somebody_is_there(at: datetime, opens: datetime) -> None:
    assert open_from(at, ZONE) == opens


@pytest.mark.parametrize(
    ("at", "meets"),
    [
        (local(4, 9, 30), local(4, 9, 30)),
        (local(4, 6), local(4, 8)),
        (local(4, 18, 30), local(4, 17)),
        (local(7, 11), local(6, 11)),
        (local(8, 11), local(9, 11)),
    ],
)
def test_people_meet_on_the_nearest_day_of_work(at: datetime, meets: datetime) -> None:
    assert appointment_near(at, ZONE) == meets


def test_meetings_follow_the_week_in_local_time() -> None:
    riverbend = PLACES[Home.RIVERBEND]
    found = list(islice(meetings_after(riverbend, local(6, 17, 30), stepped_down=False), 3))
    assert [starts_at for starts_at, _ in found] == [local(9, 17, 30), local(11, 17, 30), local(13, 17, 30)]
    (starts_at, meeting) = next(meetings_after(riverbend, local(6, 12), stepped_down=True))
    assert (starts_at.date(), meeting.minutes) == (date(2026, 3, 10), 90)
