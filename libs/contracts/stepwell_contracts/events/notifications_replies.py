"""Events of notifications about wishes and answers; topics `stepwell.notifications.patient` and `.facility`."""

from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageCategory, MessageTemplate, ReplyKind


class MessageDelivered(Event):
    """The provider's receipt: the message reached the patient's device or mailbox."""

    type: ClassVar[str] = "stepwell.notifications.message_delivered.v1"

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    channel: Channel
    about: UUID


class PreferencesChanged(Event):
    """Which kinds of message a patient wants by which channel was set anew; `wanted` pairs as `category/channel`."""

    type: ClassVar[str] = "stepwell.notifications.preferences_changed.v1"

    patient_id: UUID
    wanted: tuple[str, ...]


class OptedOut(Event):
    """The holder of an address wants no more messages there; no category means none at all."""

    type: ClassVar[str] = "stepwell.notifications.opted_out.v1"

    patient_id: UUID
    channel: Channel
    category: MessageCategory | None = None


class OptedIn(Event):
    """The holder of an address wants messages there again."""

    type: ClassVar[str] = "stepwell.notifications.opted_in.v1"

    patient_id: UUID
    channel: Channel


class ReplyReceived(Event):
    """A patient answered; the text is not kept. `about` is the appointment that it concerns, if one."""

    type: ClassVar[str] = "stepwell.notifications.reply_received.v1"

    reply_id: UUID
    patient_id: UUID
    episode_id: UUID | None = None
    channel: Channel
    kind: ReplyKind
    about: UUID | None = None


class AppointmentConfirmed(Event):
    """The patient said that they will come."""

    type: ClassVar[str] = "stepwell.notifications.appointment_confirmed.v1"

    reply_id: UUID
    episode_id: UUID
    booking_id: UUID


class CrisisReplyReceived(Event):
    """A patient's answer holds words of crisis: it was answered with 988, and the on-call is being paged."""

    type: ClassVar[str] = "stepwell.notifications.crisis_reply_received.v1"

    reply_id: UUID
    episode_id: UUID
    facility_id: UUID


class UnmatchedCrisisReply(Event):
    """Words of crisis from an address of no known patient, or of several: answered, and the on-call is being paged."""

    type: ClassVar[str] = "stepwell.notifications.unmatched_crisis_reply.v1"

    reply_id: UUID
    facility_id: UUID
    channel: Channel


class FacilityPageSent(Event):
    """Somebody on call was paged about a reply of nobody known; `level` is their place in the roster, from 1."""

    type: ClassVar[str] = "stepwell.notifications.facility_page_sent.v1"

    page_id: UUID
    facility_id: UUID
    about: UUID
    level: int


class FacilityPageAcknowledged(Event):
    """A member of staff took it over."""

    type: ClassVar[str] = "stepwell.notifications.facility_page_acknowledged.v1"

    page_id: UUID
    facility_id: UUID
    about: UUID
    acknowledged_by: UUID


class FacilityPageUnanswered(Event):
    """Everybody in the roster was paged in vain; it begins again from the top."""

    type: ClassVar[str] = "stepwell.notifications.facility_page_unanswered.v1"

    page_id: UUID
    facility_id: UUID
    about: UUID


REPLY_EVENTS: tuple[type[Event], ...] = (
    MessageDelivered,
    PreferencesChanged,
    OptedOut,
    OptedIn,
    ReplyReceived,
    AppointmentConfirmed,
    CrisisReplyReceived,
)

NUMBER_EVENTS: tuple[type[Event], ...] = (
    UnmatchedCrisisReply,
    FacilityPageSent,
    FacilityPageAcknowledged,
    FacilityPageUnanswered,
)
