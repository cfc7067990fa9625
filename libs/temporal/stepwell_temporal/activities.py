"""The edge of a service's activities: one transaction as the journey, one effect per action."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from stepwell_contracts.activities import ActionKey, ActionResult
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.commands import CommandKey, fingerprint
from stepwell_kernel.errors import REJECTIONS, StepwellError
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transaction, Transactions


class ActionMessage(Protocol):
    """The input of an activity."""

    @property
    def key(self) -> ActionKey:
        """Under what its effect happens once."""
        ...

    def model_copy(self, *, update: dict[str, object]) -> "ActionMessage":
        """The message with other values."""
        ...

    def model_dump_json(self) -> str:
        """The message as JSON."""
        ...


async def carry_out(
    transactions: Transactions,
    operation: str,
    message: ActionMessage,
    use_case: Callable[[Transaction], Awaitable[ActionResult]],
) -> ActionResult:
    """Run the use case for the journey; a repeat gets the first answer.

    A rejection is returned as a value and leaves nothing behind, so a later repeat is judged anew. What is raised means
    that the service is away or broken.
    """
    key = message.key
    command = CommandKey(
        scope=f"journey/{operation}",
        key=f"{key.episode_id}/{key.cause}/{key.index}",
        asked=fingerprint(_without_trace(message).model_dump_json().encode()),
        episode_id=key.episode_id,
    )
    try:
        async with transactions(journey_caller(key)) as tx:
            return await once(tx, command, ActionResult, lambda: use_case(tx))
    except StepwellError as error:
        if error.kind in REJECTIONS:
            return ActionResult(accepted=False, code=error.code, kind=error.kind)
        raise


def journey_caller(key: ActionKey) -> Caller:
    """The journey of an episode as the caller of a use case."""
    return Caller(
        CallerKind.JOURNEY,
        key.tenant,
        f"episode/{key.episode_id}",
        on_behalf_of=key.on_behalf_of,
        cause=f"{key.cause}/{key.index}",
    )


def _without_trace(message: ActionMessage) -> ActionMessage:
    """A repeat may come in another trace; it asks for the same."""
    return message.model_copy(update={"key": message.key.model_copy(update={"traceparent": None})})
