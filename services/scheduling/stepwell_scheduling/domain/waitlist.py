"""Waiting for a place in a group: who comes first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import PriorityClass

#: Priority populations go first (45 CFR 96.126 and 96.131), then who has waited longest.
PRECEDENCE = tuple(PriorityClass)


@dataclass(frozen=True, slots=True)
class Wait:
    """A patient's place on the waitlist of a group."""

    waitlist_id: UUID
    facility_id: UUID
    program_id: UUID
    group_id: UUID
    episode_id: UUID
    patient_id: UUID
    priority: PriorityClass
    state: str
    joined_at: datetime

    @property
    def precedence(self) -> tuple[int, datetime, UUID]:
        """Sorts those who wait, who comes first at the front."""
        return PRECEDENCE.index(self.priority), self.joined_at, self.waitlist_id
