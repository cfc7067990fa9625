"""A clock that a test sets."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class MutableClock:
    """Stands still until the test moves it. It begins on a Monday noon in New York."""

    instant: datetime = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant."""
        return self.instant

    def pass_by(self, **span: float) -> None:
        """Let time pass: `pass_by(hours=2)`."""
        self.instant += timedelta(**span)
