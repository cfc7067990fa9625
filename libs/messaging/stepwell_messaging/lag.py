"""How far a consumer is behind on a partition, in events and in seconds."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lag:
    """How many records of a partition wait. All of them came after `since_ms` (machine time), 0 if unknown."""

    topic: str
    partition: int
    events: int
    since_ms: int = 0

    @property
    def seconds(self) -> float:
        """How long the oldest record that waits may have waited; 0 when none does, or nothing is known of it."""
        return max(time.time() - self.since_ms / 1000, 0.0) if self.events and self.since_ms else 0.0

    def measured(self, *, events: int, applied_ms: int, now_ms: int) -> "Lag":
        """The lag of `now_ms`; `applied_ms` is when the newest record applied meanwhile was written, 0 for none.

        What waits came after that one, and after the last time that nothing waited: a quiet partition is not behind
        by its quiet.
        """
        since_ms = max(self.since_ms, applied_ms) if events else now_ms
        return Lag(self.topic, self.partition, events, since_ms)
