"""Bodies of notifications' API."""

from uuid import UUID

from stepwell_contracts.base import Instant, Value
from stepwell_kernel.codes import Channel, MessageTemplate


class MessageView(Value):
    """A message by its fate; neither text nor address is kept."""

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    channel: Channel
    about: UUID
    state: str
    due_at: Instant
    useful_until: Instant
    ended_at: Instant | None
    reason_code: str | None


class MessageList(Value):
    """Messages of an episode, by due time."""

    messages: tuple[MessageView, ...]
