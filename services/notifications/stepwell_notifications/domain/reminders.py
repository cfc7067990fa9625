"""Which reminders an appointment has."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_notifications.domain.quiet_hours import QuietRule, reminder_due


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """A reminder so many hours before; it covers appointments of the day that begin within `one_within` after."""

    version: str
    hours_before: int
    one_within: timedelta

    @property
    def slot(self) -> str:
        """The reminder's name among those of an appointment."""
        return f"{self.hours_before}h"

    def is_past(self, starts_at: datetime, known_at: datetime) -> bool:
        """Whether its time had come when the appointment was made: whoever books for today needs no reminder of it."""
        return starts_at - timedelta(hours=self.hours_before) <= known_at

    def due_at(self, starts_at: datetime, quiet: QuietRule, zone_name: str) -> datetime:
        """When it is due, out of quiet hours and before the start."""
        return reminder_due(starts_at, self.hours_before, quiet, zone_name)
