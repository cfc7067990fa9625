"""Bodies of notifications' API about what patients want and answer."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.intake import PhoneNumber
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageCategory, MessageTemplate, ReplyKind


class Wish(Body):
    """One kind of message by one channel."""

    category: MessageCategory
    channel: Channel


class SetPreferences(Body):
    """All that a patient wants; what is not named is not wanted."""

    wanted: Annotated[tuple[Wish, ...], Field(max_length=len(MessageCategory) * len(Channel))]


class OptOutView(Value):
    """An opt-out that stands; without a category it is one of everything."""

    channel: Channel
    category: MessageCategory | None
    opted_out_at: Instant


class Preferences(Value):
    """What a patient wants; `said` is whether they ever said so: until then everything counts as wanted.

    An opt-out stands above what is wanted.
    """

    patient_id: UUID
    said: bool
    wanted: tuple[Wish, ...]
    opted_out: tuple[OptOutView, ...]


class TakeOptOut(Body):
    """What a patient told a member of staff, in whatever way: no more messages by a channel, or none of a category."""

    channel: Channel
    category: MessageCategory | None = None


class TakeOptIn(Body):
    """A patient told a member of staff that they want messages by a channel again."""

    channel: Channel


class Standing(Value):
    """Opt-outs of a patient that stand now."""

    patient_id: UUID
    opted_out: tuple[OptOutView, ...]


class SetSenderNumbers(Body):
    """The numbers from which a facility writes, and to which patients answer; they replace those before."""

    numbers: Annotated[tuple[PhoneNumber, ...], Field(max_length=20)]


class SenderNumbers(Value):
    """The numbers of a facility, in order."""

    facility_id: UUID
    numbers: tuple[str, ...]


class InboundText(Value):
    """A text message that came in, as its provider tells it; `to` is the facility's number."""

    model_config = ConfigDict(populate_by_name=True, hide_input_in_errors=True)

    message_id: Annotated[str, Field(min_length=1, max_length=200)]
    sender: Annotated[PhoneNumber, Field(alias="from", repr=False)]
    to: PhoneNumber
    text: Annotated[str, Field(repr=False)]
    received_at: Instant


class ReplyTaken(Value):
    """The reply is kept, and what it asks for is done or on its way."""

    reply_id: UUID


class ReplyView(Value):
    """A reply by what it was understood as; the text is with the provider only, under its message id.

    `patient_ids` are all to whom the address belongs. The answer is there when one was due; the
    ledger knows it by its id as it does a message.
    """

    reply_id: UUID
    facility_id: UUID
    channel: Channel
    kind: ReplyKind
    provider: str
    provider_message_id: str
    patient_ids: tuple[UUID, ...]
    episode_id: UUID | None
    about: UUID | None
    taken_at: Instant
    answer: MessageTemplate | None
    answer_id: UUID | None = None
    answer_state: str | None
    answer_delivered_at: Instant | None = None


class ReplyList(Value):
    """Replies of an episode, in the order in which they came."""

    replies: tuple[ReplyView, ...]
