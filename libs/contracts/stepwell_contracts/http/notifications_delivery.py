"""Bodies of notifications' API about delivery: receipts of providers, the ledger, what staff have sent."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.codes import Channel

ReceiptState = Literal["delivered", "undeliverable"]


class Receipt(Value):
    """What a provider says became of a message; `reference` is what it was handed with: tenant and message id."""

    provider_message_id: Annotated[str, Field(min_length=1, max_length=200)]
    reference: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    state: ReceiptState
    reason_code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = None


class ReceiptTaken(Value):
    """Whether the receipt said something new."""

    news: bool


class AttemptView(Value):
    """An attempt at a provider; without an outcome nobody knows what became of it."""

    number: int
    channel: Channel
    provider: str
    provider_message_id: str | None
    begun_at: Instant
    ended_at: Instant | None
    outcome: str | None
    refused: bool
    receipt: str | None
    receipt_at: Instant | None


class AttemptList(Value):
    """The attempts at a message, in order."""

    message_id: UUID
    attempts: tuple[AttemptView, ...]


class ProviderView(Value):
    """A provider, and what became of the messages that it was given; `unknown` have no outcome."""

    channel: Channel
    provider: str
    place: int
    active: bool
    attempts: int
    taken: int
    repeated: int
    unknown: int
    refused: int
    later: int
    delivered: int
    undeliverable: int


class ProviderList(Value):
    """All providers since an instant, by channel and place."""

    since: Instant
    providers: tuple[ProviderView, ...]


class AskToCall(Body):
    """Ask the patient of an episode to call the facility."""


class AskedToCall(Value):
    """The message that asks them."""

    message_id: UUID
