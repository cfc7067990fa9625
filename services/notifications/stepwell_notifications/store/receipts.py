"""Receipts of providers, in the ledger beside the attempts that they are about."""

from uuid import UUID

from stepwell_postgres.transaction import Transaction

#: All attempts at one provider are one message to it. The first receipt is the last word.
KEEP = """
update attempt
set receipt = $4, receipt_at = clock_timestamp(), provider_id = coalesce(provider_id, $3),
    refused = refused or $4 = 'undeliverable',
    outcome = case when $4 = 'undeliverable' then $5 else coalesce(outcome, 'taken') end
where message_id = $1 and provider = $2 and not refused
      and (outcome is null or outcome in ('taken', 'repeated'))
      and not exists (
          select from attempt known where known.message_id = $1 and known.provider = $2 and known.receipt is not null)
returning true
"""

HOPE = """
select exists (
    select from attempt where message_id = $1 and not refused and (outcome is null or outcome in ('taken', 'repeated'))
)
"""


async def keep_receipt(
    tx: Transaction, message_id: UUID, provider: str, provider_message_id: str, state: str, reason_code: str
) -> bool:
    """Enter a receipt; False when the provider never had the message or has said its last word about it."""
    arguments = (message_id, provider, provider_message_id, state, reason_code)
    return bool(await tx.connection.fetch(KEEP, *arguments))


async def may_still_arrive(tx: Transaction, message_id: UUID) -> bool:
    """Whether a provider has the message, or has it perhaps, that did not say that it cannot be delivered."""
    return bool(await tx.connection.fetchval(HOPE, message_id))
