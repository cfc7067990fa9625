"""The hours of an episode's weeks as a plot: geometry only; the template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stepwell_contracts.http.operations import WeekRow

WIDTH = 290
HEIGHT = 84
#: So many weeks are told apart; the table has them all.
MOST_WEEKS = 20
WIDEST = 28
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A week: its bar, and at which height its required hours are; `y` grows downwards."""

    week_starts_on: date
    x: float
    width: float
    y: float
    height: float
    required_y: float
    short: bool


@dataclass(frozen=True, slots=True)
class HoursPlot:
    """Attended against required hours, week by week; `top_minutes` are at the upper edge."""

    bars: Sequence[WeekBar]
    top_minutes: int
    width: int = WIDTH
    height: int = HEIGHT


def hours_plot(weeks: Sequence[WeekRow]) -> HoursPlot:
    """The last closed weeks, in order."""
    shown = weeks[-MOST_WEEKS:]
    most = max((max(week.required_minutes, week.attended_minutes) for week in shown), default=0)
    top = -(-most // MINUTES_PER_HOUR) * MINUTES_PER_HOUR or MINUTES_PER_HOUR
    step = min(WIDTH / max(len(shown), 1), WIDEST)
    return HoursPlot([_bar(place, week, step, top) for place, week in enumerate(shown)], top)


def _bar(place: int, week: WeekRow, step: float, top: int) -> WeekBar:
    height = HEIGHT * week.attended_minutes / top
    return WeekBar(
        week_starts_on=week.week_starts_on,
        x=round(place * step, 1),
        width=round(step * 0.8, 1),
        y=round(HEIGHT - height, 1),
        height=round(height, 1),
        required_y=round(HEIGHT - HEIGHT * week.required_minutes / top, 1),
        short=week.shortfall_minutes > 0,
    )
