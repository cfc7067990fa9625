"""The port of a channel."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from stepwell_notifications.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took the message over, under this id of its own."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider refuses it for good."""

    reason_code: str


class ChannelPort(Protocol):
    """Hands a message to a provider; Unavailable while the provider is away, so that it is tried again."""

    async def send(self, message_id: UUID, address: str, wording: Wording) -> Taken | Refused:
        """Send; a repeat of the id is dropped by the provider where it can."""
        ...
