"""The calendar week in which a facility's sessions are looked at; an episode's own weeks begin on any day."""

from datetime import date, timedelta

DAYS = 7


def week_start(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())
