"""The state of a facility's calendar, carried from run to run."""

from datetime import date
from uuid import UUID

from stepwell_contracts.activities import CalendarPolicy
from stepwell_contracts.base import Value
from stepwell_contracts.journey import ClockSegment

SCHEMA_VERSION = 1


class Stuck(Value):
    """Work that a service refused or could not do, by its name and the local day that it is for."""

    name: str
    day: date
    code: str


class CalendarState(Value):
    """Everything a calendar knows: the next week to plan by its first day, the next day to draw for."""

    schema_version: int = SCHEMA_VERSION
    tenant: str
    facility_id: UUID
    policy: CalendarPolicy | None = None
    next_week: date | None = None
    next_draw: date | None = None
    stuck: tuple[Stuck, ...] = ()
    segments: tuple[ClockSegment, ...] = ()
