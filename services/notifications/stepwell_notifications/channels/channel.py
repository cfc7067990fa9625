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


@dataclass(frozen=True, slots=True)
class TryLater:
    """The provider is away or asks for patience; `went_out_perhaps` when nobody knows what became of this attempt."""

    reason_code: str
    went_out_perhaps: bool


class ChannelPort(Protocol):
    """Hands a message to a provider."""

    async def send(self, message_id: UUID, address: str, wording: Wording) -> Taken | Refused | TryLater:
        """Send; a repeat of the id is dropped by the provider where it can."""
        ...
