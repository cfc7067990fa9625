"""The edge of a service's activities: one transaction as the journey, one effect per action."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from stepwell_contracts.activities import ActionKey, ActionResult, FacilityKey
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.commands import CommandKey, fingerprint
from stepwell_kernel.errors import REJECTIONS, StepwellError
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transaction, Transactions

UseCase = Callable[[Transaction], Awaitable[ActionResult]]


class Message(Protocol):
    """The input of an activity."""

    @property
    def key(self) -> ActionKey | FacilityKey:
        """Under what its effect happens once."""
        ...

    def model_copy(self, *, update: dict[str, object]) -> "Message":
        """The message with other values."""
        ...

    def model_dump_json(self) -> str:
        """The message as JSON."""
        ...


class ActionMessage(Message, Protocol):
    """The input of an activity about an episode."""

    @property
    def key(self) -> ActionKey:
        """Episode, cause and index."""
        ...


class FacilityMessage(Message, Protocol):
    """The input of an activity about a facility."""

    @property
    def key(self) -> FacilityKey:
        """Facility, cause and index."""
        ...


async def carry_out(
    transactions: Transactions, operation: str, message: ActionMessage, use_case: UseCase
) -> ActionResult:
    """Run the use case for the journey of an episode; a repeat gets the first answer.

    A rejection is returned as a value and leaves nothing behind, so a later repeat is judged anew. What is raised means
    that the service is away or broken.
    """
    key = message.key
    command = CommandKey(
        scope=f"journey/{operation}",
        key=f"{key.episode_id}/{key.cause}/{key.index}",
        asked=_asked(message),
        episode_id=key.episode_id,
    )
    return await _carry_out(transactions, journey_caller(key), command, use_case)


async def carry_out_for_facility(
    transactions: Transactions, operation: str, message: FacilityMessage, use_case: UseCase
) -> ActionResult:
    """Run the use case for the calendar of a facility; the rest is as in `carry_out`."""
    key = message.key
    command = CommandKey(
        scope=f"calendar/{operation}",
        key=f"{key.facility_id}/{key.cause}/{key.index}",
        asked=_asked(message),
    )
    return await _carry_out(transactions, calendar_caller(key), command, use_case)


def journey_caller(key: ActionKey) -> Caller:
    """The journey of an episode as the caller of a use case."""
    return Caller(
        CallerKind.JOURNEY,
        key.tenant,
        f"episode/{key.episode_id}",
        on_behalf_of=key.on_behalf_of,
        cause=f"{key.cause}/{key.index}",
    )


def calendar_caller(key: FacilityKey) -> Caller:
    """The calendar of a facility as the caller of a use case; it has the grants of the journey."""
    return Caller(CallerKind.JOURNEY, key.tenant, f"facility/{key.facility_id}", cause=f"{key.cause}/{key.index}")


async def _carry_out(
    transactions: Transactions, caller: Caller, command: CommandKey, use_case: UseCase
) -> ActionResult:
    try:
        async with transactions(caller) as tx:
            return await once(tx, command, ActionResult, lambda: use_case(tx))
    except StepwellError as error:
        if error.kind in REJECTIONS:
            return ActionResult(accepted=False, code=error.code, kind=error.kind)
        raise


def _asked(message: Message) -> bytes:
    """A repeat may come in another trace; it asks for the same."""
    untraced = message.model_copy(update={"key": message.key.model_copy(update={"traceparent": None})})
    return fingerprint(untraced.model_dump_json().encode())
