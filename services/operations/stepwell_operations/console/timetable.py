"""A week of a facility as a timetable: its sessions by local day and hour, with their seats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from stepwell_contracts.http.operations_network import SessionSeats
from stepwell_operations.domain.weeks import DAYS
from stepwell_operations.words import local


@dataclass(frozen=True, slots=True)
class Slot:
    """A session of a group, or the visits of one kind that begin together; times are the facility's.

    `state` is `scheduled` or `cancelled`; `key` is an id of one of the sessions.
    """

    key: UUID
    starts_at: datetime
    ends_at: datetime
    modality: str
    topic: str | None
    setting: str
    program_id: UUID | None
    capacity: int
    taken: int
    visits: int
    state: str

    @property
    def full(self) -> bool:
        """Whether nobody else finds a seat."""
        return self.taken >= self.capacity


@dataclass(frozen=True, slots=True)
class Hour:
    """What begins within an hour of the day, on each day of the week."""

    hour: int
    days: Sequence[Sequence[Slot]]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A week: its days, and the hours in which anything begins."""

    days: Sequence[date]
    hours: Sequence[Hour]


def timetable(sessions: Sequence[SessionSeats], starts_on: date, zone: str) -> Timetable:
    """The sessions of the local week that starts on a day."""
    days = [starts_on + timedelta(days=number) for number in range(DAYS)]
    slots = sorted(_slots(sessions, zone), key=lambda one: (one.starts_at, one.modality, str(one.key)))
    hours = sorted({slot.starts_at.hour for slot in slots})
    return Timetable(
        days,
        [
            Hour(
                hour,
                [[one for one in slots if one.starts_at.date() == day and one.starts_at.hour == hour] for day in days],
            )
            for hour in hours
        ],
    )


def _slots(sessions: Sequence[SessionSeats], zone: str) -> Iterator[Slot]:
    """Each session of a group by itself; visits of patients are many and alike, and stand together."""
    visits = sorted((one for one in sessions if one.group_id is None), key=_kind)
    yield from (_slot([one], zone) for one in sessions if one.group_id is not None)
    for _, those in groupby(visits, key=_kind):
        yield _slot(list(those), zone, visits=True)


def _kind(one: SessionSeats) -> tuple[datetime, datetime, str, str, str]:
    return one.starts_at, one.ends_at, one.modality, one.setting, one.state


def _slot(sessions: Sequence[SessionSeats], zone: str, *, visits: bool = False) -> Slot:
    first = sessions[0]
    return Slot(
        key=first.session_id,
        starts_at=local(first.starts_at, zone),
        ends_at=local(first.ends_at, zone),
        modality=first.modality,
        topic=first.topic,
        setting=first.setting,
        program_id=None if visits else first.program_id,
        capacity=sum(one.capacity for one in sessions),
        taken=sum(one.taken for one in sessions),
        visits=len(sessions) if visits else 0,
        state=first.state,
    )
