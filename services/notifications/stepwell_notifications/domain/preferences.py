"""What a patient wants to be told, and by which way; nothing said means everything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageCategory, MessageTemplate

#: Answers to what a patient wrote have no category: they are asked for, and no wish stands against them.
CATEGORIES: Mapping[MessageTemplate, MessageCategory] = MappingProxyType(
    {
        MessageTemplate.APPOINTMENT_REMINDER: MessageCategory.REMINDERS,
        MessageTemplate.APPOINTMENT_MOVED: MessageCategory.CHANGES,
        MessageTemplate.APPOINTMENT_CANCELLED: MessageCategory.CHANGES,
        MessageTemplate.SEAT_FOUND: MessageCategory.CHANGES,
        MessageTemplate.PLEASE_CALL: MessageCategory.OUTREACH,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """One kind of message by one channel."""

    category: MessageCategory
    channel: Channel

    def __str__(self) -> str:
        return f"{self.category}/{self.channel}"


#: What is wanted by a patient who never said anything.
EVERYTHING = frozenset(Wish(category, channel) for category in MessageCategory for channel in Channel)


def wish_of(text: str) -> Wish:
    """The wish that was written as `category/channel`."""
    category, _, channel = text.partition("/")
    return Wish(MessageCategory(category), Channel(channel))


def in_order(wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """Each wish once, in an order that is always the same."""
    return tuple(sorted(set(wishes)))
