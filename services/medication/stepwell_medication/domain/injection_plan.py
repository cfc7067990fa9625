"""Which injection an order waits for, and when its visit is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_medication.domain.injections import Injection, StartRule, WindowRule


@dataclass(frozen=True, slots=True)
class VisitRule:
    """How many days ahead a visit is asked for, how long it takes, and how soon an injection due at once is given."""

    rule_id: str
    version: str
    ahead_days: int
    minutes: int
    at_once_days: int


@dataclass(frozen=True, slots=True)
class Window:
    """When the next injection can be given, is due, and is late; `extra` is the second dose of a start."""

    opens_at: datetime
    due_on: date
    late_after: date
    extra: bool = False

    def called_at(self, rule: VisitRule, zone: str) -> datetime:
        """When its visit is asked for."""
        return start_of(self.due_on - timedelta(days=rule.ahead_days), zone)

    def due_at(self, zone: str) -> datetime:
        """The end of the day on which it is due."""
        return start_of(self.due_on + timedelta(days=1), zone)

    def overdue_at(self, zone: str) -> datetime:
        """When it has passed."""
        return start_of(self.late_after + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Visit:
    """Between which instants a visit must lie, and on which day it does best."""

    not_before: datetime
    not_after: datetime
    target_day: date


def window_at_once(rule: VisitRule, now: datetime, zone: str) -> Window:
    """The window of an injection that is due today."""
    today = local_at(now, zone).date()
    return Window(now, today, today + timedelta(days=rule.at_once_days))


def window_told(last: Injection, zone: str) -> Window:
    """The window that the last injection told of."""
    return Window(start_of(min(last.opens_on, last.next_due_on), zone), last.next_due_on, last.late_after)


def start_window(rule: StartRule, given_on: date, given_at: datetime, zone: str) -> Window:
    """The window of the second dose of a start."""
    hours_later = given_at + timedelta(hours=rule.earliest_hours)
    return Window(
        opens_at=max(hours_later, start_of(given_on + timedelta(days=rule.earliest_days), zone)),
        due_on=given_on + timedelta(days=rule.target_days),
        late_after=given_on + timedelta(days=rule.within_days),
        extra=rule.extra,
    )


def regular_window(rule: WindowRule, counts_from: date, zone: str) -> Window:
    """The window of the next regular injection."""
    return Window(
        opens_at=start_of(counts_from + timedelta(days=rule.opens_days), zone),
        due_on=counts_from + timedelta(days=rule.target_days),
        late_after=counts_from + timedelta(days=rule.on_time_until_days),
    )


def visit_in(window: Window, rule: VisitRule, now: datetime, zone: str) -> Visit:
    """The visit for an injection: inside its window, or soon where the window has passed."""
    today = local_at(now, zone).date()
    target_day = max(today, window.due_on)
    last_day = window.late_after if window.late_after >= today else today + timedelta(days=rule.at_once_days)
    return Visit(max(now, window.opens_at), start_of(last_day + timedelta(days=1), zone), target_day)


def start_of(day: date, zone: str) -> datetime:
    """The instant at which a local day begins."""
    return resolve_forward(datetime.combine(day, time()), zone)
