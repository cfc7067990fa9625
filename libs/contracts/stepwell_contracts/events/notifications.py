"""Events of notifications; topics `stepwell.notifications.patient` and `.facility`."""

from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.notifications_replies import NUMBER_EVENTS, REPLY_EVENTS
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageTemplate


class MessageSent(Event):
    """A channel's provider took a message over."""

    type: ClassVar[str] = "stepwell.notifications.message_sent.v1"

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    channel: Channel
    about: UUID


class MessageSuppressed(Event):
    """A message that was due did not go out, for a reason known up to the moment of sending."""

    type: ClassVar[str] = "stepwell.notifications.message_suppressed.v1"

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    about: UUID
    reason_code: str


class MessageLapsed(Event):
    """A message could not go out before it lost its use."""

    type: ClassVar[str] = "stepwell.notifications.message_lapsed.v1"

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    about: UUID


class MessageFailed(Event):
    """A channel's provider refused a message for good."""

    type: ClassVar[str] = "stepwell.notifications.message_failed.v1"

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    channel: Channel
    about: UUID
    reason_code: str


class PageSent(Event):
    """Somebody on call was paged about a crisis; `level` is their place in the roster, from 1."""

    type: ClassVar[str] = "stepwell.notifications.page_sent.v1"

    page_id: UUID
    episode_id: UUID
    about: UUID
    level: int


class PageAcknowledged(Event):
    """A member of staff took the crisis over."""

    type: ClassVar[str] = "stepwell.notifications.page_acknowledged.v1"

    page_id: UUID
    episode_id: UUID
    about: UUID
    acknowledged_by: UUID


class PageUnanswered(Event):
    """Everybody in the roster was paged in vain; it begins again from the top."""

    type: ClassVar[str] = "stepwell.notifications.page_unanswered.v1"

    page_id: UUID
    episode_id: UUID
    about: UUID


EVENTS: tuple[type[Event], ...] = (
    MessageSent,
    MessageSuppressed,
    MessageLapsed,
    MessageFailed,
    PageSent,
    PageAcknowledged,
    PageUnanswered,
    *REPLY_EVENTS,
    *NUMBER_EVENTS,
)
