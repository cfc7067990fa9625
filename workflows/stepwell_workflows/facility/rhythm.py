"""When the recurring work of a facility is done: weeks are planned ahead, tests are drawn day by day. Pure."""

from datetime import date, datetime, timedelta

from stepwell_contracts.activities import CalendarPolicy
from stepwell_kernel.local_time import local_at, resolve_forward

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def first_week(policy: CalendarPolicy, now: datetime) -> date:
    """The first day of the next week of the facility, even if the time to plan it has passed."""
    today = local_at(now, policy.zone).date()
    return today + timedelta(days=(policy.week_begins_on - today.weekday() - 1) % 7 + 1)


def plan_at(policy: CalendarPolicy, week_starts_on: date) -> datetime:
    """When a week is planned."""
    day = week_starts_on - timedelta(days=policy.plan_days_before)
    return resolve_forward(datetime.combine(day, policy.plan_at), policy.zone)


def series_until(policy: CalendarPolicy, week_starts_on: date) -> date:
    """Up to which day meetings must be scheduled before a week is planned."""
    return week_starts_on + timedelta(days=policy.series_days_ahead)


def next_draw(policy: CalendarPolicy, now: datetime) -> date:
    """The next day whose draw has not passed; a day that was slept through is not drawn for."""
    today = local_at(now, policy.zone).date()
    return today if draw_at(policy, today) > now else today + DAY


def is_over(policy: CalendarPolicy, day: date, now: datetime) -> bool:
    """Whether the day has ended at the facility."""
    return local_at(now, policy.zone).date() > day


def draw_at(policy: CalendarPolicy, day: date) -> datetime:
    """When the tests of a day are drawn."""
    return resolve_forward(datetime.combine(day, policy.draw_at), policy.zone)
