"""How many messages of a kind one patient may get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_kernel.local_time import local_at


@dataclass(frozen=True, slots=True)
class CapRule:
    """At the most so many messages in so many local days of the recipient, today included."""

    rule_id: str
    version: str
    most: int
    days: int

    def is_reached(self, sent: Sequence[datetime], now: datetime, zone_name: str) -> bool:
        """Whether no other message may follow those."""
        first_day = local_at(now, zone_name).date() - timedelta(days=self.days - 1)
        return sum(local_at(instant, zone_name).date() >= first_day for instant in sent) >= self.most


def reached_cap(rules: Sequence[CapRule], sent: Sequence[datetime], now: datetime, zone_name: str) -> CapRule | None:
    """The first cap that is reached."""
    return next((rule for rule in rules if rule.is_reached(sent, now, zone_name)), None)
