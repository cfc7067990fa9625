"""Every command has a key, and its effect happens once: the stored answer is given to every repeat."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel

from stepwell_kernel.commands import CommandKey
from stepwell_kernel.errors import Bug, FieldProblem, Invalid
from stepwell_postgres.transaction import Transaction

CLAIM = """
insert into idempotency (tenant_id, scope, key, fingerprint, episode_id)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning true
"""

READ = "select fingerprint, answer from idempotency where tenant_id = $1 and scope = $2 and key = $3"

STORE = "update idempotency set answer = $4 where tenant_id = $1 and scope = $2 and key = $3"

Answer = TypeVar("Answer", bound=BaseModel)


async def once(
    tx: Transaction, key: CommandKey, answer: type[Answer], command: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Run the command, or give the answer that its first run stored.

    A twin that is under way is waited for. A rejection rolls the claim back with everything else, so it is judged
    anew. Raises Invalid (`idempotency_key_reused`) for the same key with another body.
    """
    if await tx.connection.fetchval(CLAIM, tx.tenant, key.scope, key.key, key.asked, key.episode_id):
        given = await command()
        await tx.connection.execute(STORE, tx.tenant, key.scope, key.key, given.model_dump(mode="json"))
        return given
    row = await tx.connection.fetchrow(READ, tx.tenant, key.scope, key.key)
    if row is None:
        raise Bug("idempotency_row_lost", "a claimed key has no row")
    if row["fingerprint"] != key.asked:
        raise Invalid(
            "idempotency_key_reused",
            "this key was used before with another body",
            fields=(FieldProblem("Idempotency-Key", "belongs to another request"),),
        )
    return answer.model_validate(row["answer"])
