"""The port of a provider, and of a channel with one or several of them."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from stepwell_notifications.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is handed over; the address never shows in a log.

    `sender` is the facility's own number, to which answers come; None leaves it to the provider.
    """

    message_id: UUID
    tenant: str
    address: str = field(repr=False)
    wording: Wording = field(repr=False)
    sender: str | None = None


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
    """Hands a message over."""

    async def send(self, letter: Letter) -> Taken | Refused | TryLater:
        """Send; a repeat of the message's id is dropped by the provider where it can."""
        ...


class Provider(ChannelPort, Protocol):
    """One way out, by the name that the rules and the ledger know it under."""

    @property
    def name(self) -> str:
        """The name."""
        ...
