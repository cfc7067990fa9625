"""A message on its way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import Channel, MessageTemplate


@dataclass(frozen=True, slots=True)
class Message:
    """A message by its fate: `due`, `sending`, `sent`, `suppressed`, `lapsed` or `failed`."""

    message_id: UUID
    facility_id: UUID
    episode_id: UUID
    patient_id: UUID
    template: MessageTemplate
    channel: Channel
    about: UUID
    starts_at: datetime
    due_at: datetime
    useful_until: datetime
    state: str
    withdrawn: str | None

    @property
    def is_open(self) -> bool:
        """Whether its fate is not sealed."""
        return self.state in {"due", "sending"}
