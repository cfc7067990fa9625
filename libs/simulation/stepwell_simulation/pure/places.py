"""The facilities as far as the pure simulator needs them: programs and weekly meetings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.profile import Home

#: A week of treatment has three meetings, with a workshop or a talk after the group; after a step-down there is one.
TREATMENT_MINUTES = 540
MEETING_MINUTES = 180
STEP_DOWN_MINUTES = 90

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly meeting: weekday from Monday 0, local start, minutes."""

    weekday: int
    starts: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Place:
    """A facility. `outpatient_id` is the program after a step-down, absent where nobody steps down."""

    home: Home
    tenant: str
    zone: str
    facility_id: UUID
    intensive_id: UUID
    outpatient_id: UUID | None
    treatment: tuple[Meeting, ...]
    step_down: tuple[Meeting, ...] = ()
    plans_weeks: bool = False


def _thrice(starts: time, weekdays: tuple[int, ...] = (0, 2, 4)) -> tuple[Meeting, ...]:
    return tuple(Meeting(weekday, starts, MEETING_MINUTES) for weekday in weekdays)


PLACES: Mapping[Home, Place] = MappingProxyType(
    {
        Home.RIVERBEND: Place(
            Home.RIVERBEND,
            network.TENANT,
            network.ZONE,
            network.FACILITY,
            network.INTENSIVE_PROGRAM,
            network.OUTPATIENT_PROGRAM,
            _thrice(time(17, 30)),
            (Meeting(1, time(18), STEP_DOWN_MINUTES),),
        ),
        Home.HILLSIDE: Place(
            Home.HILLSIDE,
            network.TENANT,
            hillside.ZONE,
            hillside.FACILITY,
            hillside.PROGRAM,
            None,
            _thrice(time(17, 30), (0, 2, 3)),
        ),
        Home.HARBORLIGHT: Place(
            Home.HARBORLIGHT,
            harborlight.TENANT,
            harborlight.ZONE,
            harborlight.FACILITY,
            harborlight.INTENSIVE_PROGRAM,
            harborlight.OUTPATIENT_PROGRAM,
            _thrice(time(9)),
            (Meeting(3, time(16), STEP_DOWN_MINUTES),),
            plans_weeks=True,
        ),
    }
)


def meetings_after(place: Place, instant: datetime, *, stepped_down: bool) -> Iterator[tuple[datetime, Meeting]]:
    """The meetings from an instant on, without end, each with its start in UTC."""
    day = local_at(instant, place.zone).date()
    while True:
        for meeting in place.step_down if stepped_down else place.treatment:
            if meeting.weekday == day.weekday():
                starts_at = resolve_forward(datetime.combine(day, meeting.starts), place.zone)
                if starts_at > instant:
                    yield starts_at, meeting
        day += DAY
