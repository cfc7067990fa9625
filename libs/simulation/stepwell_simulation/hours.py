"""The hours at which people work and meet, in local time; a holiday is a day like any other."""

from datetime import date, datetime, time, timedelta

from stepwell_kernel.local_time import is_business_day, local_at, resolve_forward

OPENS, CLOSES = time(8), time(18)
DAY = timedelta(days=1)


def open_from(instant: datetime, zone: str) -> datetime:
    """The instant, or the next one at which somebody sits at a desk."""
    local = local_at(instant, zone)
    if is_open(local):
        return instant
    day = local.date() if local.time() < OPENS else local.date() + DAY
    return _opening(day, zone, DAY)


def appointment_near(instant: datetime, zone: str) -> datetime:
    """The nearest time at which people meet: in the hours of that day, on a Saturday the day before, else after."""
    local = local_at(instant, zone)
    if is_open(local):
        return instant
    if not is_business_day(local.date(), frozenset()):
        return _opening(local.date(), zone, -DAY if local.weekday() == 5 else DAY, local.time())
    return resolve_forward(datetime.combine(local.date(), _within_hours(local.time())), zone)


def is_open(local: datetime) -> bool:
    """Whether somebody sits at a desk at that local time."""
    return is_business_day(local.date(), frozenset()) and OPENS <= local.time() < CLOSES


def _opening(day: date, zone: str, step: timedelta, at: time = OPENS) -> datetime:
    while not is_business_day(day, frozenset()):
        day += step
    return resolve_forward(datetime.combine(day, _within_hours(at)), zone)


def _within_hours(at: time) -> time:
    """The time itself, or the hour before closing, or opening."""
    return OPENS if at < OPENS else min(at, time(CLOSES.hour - 1))
