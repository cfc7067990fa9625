"""Bodies of notifications' API."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageTemplate

#: Pagers are reached by e-mail; a code, so that others can be added.
PagerChannel = Literal[Channel.EMAIL]
PagerAddress = Annotated[str, Field(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$")]


class MessageView(Value):
    """A message by its fate; neither text nor address is kept. Its channel is chosen when it is sent."""

    message_id: UUID
    episode_id: UUID
    template: MessageTemplate
    channel: Channel | None
    about: UUID
    state: str
    due_at: Instant
    useful_until: Instant
    ended_at: Instant | None
    reason_code: str | None
    delivered_at: Instant | None = None


class MessageList(Value):
    """Messages of an episode, by due time."""

    messages: tuple[MessageView, ...]


class OnCallPerson(Body):
    """Somebody on call, and where a page reaches them."""

    staff_id: UUID
    channel: PagerChannel = Channel.EMAIL
    address: PagerAddress


class SetOnCall(Body):
    """The whole roster of a facility, the first to be paged first; it replaces the one before."""

    people: Annotated[tuple[OnCallPerson, ...], Field(min_length=1, max_length=10)]


class OnCallSet(Value):
    """The roster's version, and how many people it has."""

    facility_id: UUID
    version: int
    levels: int


class OnCallPersonView(Value):
    """Somebody on call; levels count from 1."""

    level: int
    staff_id: UUID
    channel: Channel
    address: str


class OnCallRoster(Value):
    """Who is on call at a facility, the first to be paged first."""

    facility_id: UUID
    version: int
    people: tuple[OnCallPersonView, ...]


class AcknowledgePage(Body):
    """Whoever sends it takes the page over."""


class PageAcknowledgement(Value):
    """Who took the page over first, and when."""

    page_id: UUID
    acknowledged_by: UUID
    acknowledged_at: Instant


class PageView(Value):
    """A page: who is called now, by round and level, and who took it over; level 0 is nobody.

    Without an episode it is about a reply of nobody known. About a reply it shows what became of the answer with 988:
    `failed` when it cannot be delivered, so that nobody takes it for read.
    """

    page_id: UUID
    episode_id: UUID | None
    facility_id: UUID
    about: UUID
    state: str
    round: int
    level: int
    raised_at: Instant
    acknowledge_by: Instant
    acknowledged_by: UUID | None
    acknowledged_at: Instant | None
    closed_at: Instant | None
    answer_state: str | None = None
    answer_reason_code: str | None = None
    answer_delivered_at: Instant | None = None


class PageList(Value):
    """Pages, in the order in which they were raised."""

    pages: tuple[PageView, ...]
