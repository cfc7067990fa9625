"""Providers: their order by rule, and what became of the messages that they were given."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import asyncpg

from stepwell_kernel.codes import Channel
from stepwell_notifications.domain.providers import ProviderRule
from stepwell_postgres.transaction import Transaction

ORDER = """
select provider, receipt_within_seconds
from provider_rule
where channel = $1 and jurisdiction = 'US' and active
      and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by place, provider
"""

SUMMARY = """
select r.channel, r.provider, r.place, r.active,
       count(a.number) as attempts,
       count(*) filter (where a.outcome in ('taken', 'repeated')) as taken,
       count(*) filter (where a.outcome = 'repeated') as repeated,
       count(a.number) filter (where a.outcome is null) as unknown,
       count(*) filter (where a.refused) as refused,
       count(*) filter (where not a.refused and a.outcome not in ('taken', 'repeated')) as later,
       count(*) filter (where a.receipt = 'delivered') as delivered,
       count(*) filter (where a.receipt = 'undeliverable') as undeliverable
from provider_rule r
left join attempt a on a.channel = r.channel and a.provider = r.provider and a.begun_at >= $2
where r.jurisdiction = 'US' and r.effective_from <= $1 and (r.effective_to is null or $1 < r.effective_to)
group by r.channel, r.provider, r.place, r.active
order by r.channel, r.place, r.provider
"""


async def provider_order(tx: Transaction, channel: Channel, day: date) -> Sequence[ProviderRule]:
    """The providers of a channel, the first to be asked first."""
    rows = await tx.connection.fetch(ORDER, channel, day)
    return [ProviderRule(row["provider"], timedelta(seconds=row["receipt_within_seconds"])) for row in rows]


async def summary_by_provider(tx: Transaction, day: date, since: datetime) -> Sequence[asyncpg.Record]:
    """All providers that the rules know on a day, and what became of the tenant's messages since; in machine time."""
    return await tx.connection.fetch(SUMMARY, day, since)
