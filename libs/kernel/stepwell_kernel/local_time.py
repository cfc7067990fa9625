"""Local time: stored as local time and zone, resolved once; business days by zone and holidays."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stepwell_kernel.errors import FieldProblem, Invalid

_SATURDAY = 5


def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; Invalid (`unknown_zone`) when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("unknown_zone", f"there is no time zone {name!r}") from error


def resolve(local: datetime, zone_name: str) -> datetime:
    """The instant, in UTC, of a local time without offset.

    Raises Invalid (`skipped_local_time`) for a time that the clock change leaps over. Of a repeated hour the first is
    taken, as people mean it when they write a timetable.
    """
    if local.tzinfo is not None:
        raise Invalid(
            "offset_not_expected",
            "a local time carries no offset",
            fields=(FieldProblem("local", "has an offset"),),
        )
    instant = local.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)
    if instant.astimezone(zone(zone_name)).replace(tzinfo=None) != local:
        raise Invalid("skipped_local_time", f"{local.isoformat()} does not exist in {zone_name}")
    return instant


def local_at(instant: datetime, zone_name: str) -> datetime:
    """The local time, without offset, at an instant."""
    return instant.astimezone(zone(zone_name)).replace(tzinfo=None)


def is_business_day(day: date, holidays: AbstractSet[date]) -> bool:
    """Monday to Friday and no holiday of the facility."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_business_days(instant: datetime, days: int, zone_name: str, holidays: AbstractSet[date]) -> datetime:
    """The same local time `days` business days later; from a day off the count starts at the next business day's start.

    Source of the convention: a referral on Friday 16:00 has until Monday 16:00 for one business day.
    """
    local = local_at(instant, zone_name)
    day = local.date()
    at = local.time()
    if not is_business_day(day, holidays):
        at = time(0, 0)
        day = _next_business_day(day, holidays)
    for _ in range(days):
        day = _next_business_day(day, holidays)
    return resolve_forward(datetime.combine(day, at), zone_name)


def _next_business_day(day: date, holidays: AbstractSet[date]) -> date:
    day += timedelta(days=1)
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    return day


def resolve_forward(local: datetime, zone_name: str) -> datetime:
    """The instant of a local time; one that the clock change leaps over is taken an hour later."""
    try:
        return resolve(local, zone_name)
    except Invalid:
        return resolve(local + timedelta(hours=1), zone_name)
