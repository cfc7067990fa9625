"""Days of the facility: local midnights, business days after an instant and before a day."""

from datetime import date, datetime, time, timedelta

from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.local_time import add_business_days, is_business_day, local_at, resolve_forward

WEEK = timedelta(weeks=1)


def whole_minute(instant: datetime) -> datetime:
    """The instant, or the first whole minute after it."""
    minute = instant.replace(second=0, microsecond=0)
    return minute if minute == instant else minute + timedelta(minutes=1)


def local_day(policy: JourneyPolicy, instant: datetime) -> date:
    """The day at the facility."""
    return local_at(instant, policy.zone).date()


def midnight(policy: JourneyPolicy, day: date) -> datetime:
    """The instant at which the day begins at the facility."""
    return resolve_forward(datetime.combine(day, time()), policy.zone)


def business_days_after(policy: JourneyPolicy, instant: datetime, days: int) -> datetime:
    """The same local time so many business days later."""
    return add_business_days(instant, days, policy.zone, frozenset(policy.holidays))


def business_days_before(policy: JourneyPolicy, day: date, days: int) -> datetime:
    """The start of the day that lies so many business days before another."""
    holidays = frozenset(policy.holidays)
    for _ in range(days):
        day -= timedelta(days=1)
        while not is_business_day(day, holidays):
            day -= timedelta(days=1)
    return midnight(policy, day)
