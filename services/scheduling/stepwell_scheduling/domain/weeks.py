"""The week of an episode: seven local days from the day on which treatment began, and what was attended in it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stepwell_kernel.local_time import resolve


@dataclass(frozen=True, slots=True)
class Week:
    """From the start of a local day to the start of the same weekday a week later, as instants."""

    starts_on: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WeekTally:
    """Minutes of a week; what is short is reported against minutes attended (ASAM 2.1: 9 h, adolescents 6 h).

    `hours_rule` is the version of the rule that the required minutes go by, None where only the prescription counts.
    """

    required_minutes: int
    attended_minutes: int
    hours_rule: str | None = None

    @property
    def shortfall_minutes(self) -> int:
        """What is missing to the required minutes."""
        return max(self.required_minutes - self.attended_minutes, 0)


def week_of(starts_on: date, zone_name: str) -> Week:
    """The week that begins on a local day; 167 or 169 hours long over a clock change."""
    begin = datetime.combine(starts_on, time())
    return Week(starts_on, resolve(begin, zone_name), resolve(begin + timedelta(days=7), zone_name))
