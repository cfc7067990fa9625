"""Authorizations of payers: units and the days that they cover."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.intake_clinical import AuthorizationRecorded
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

KEEP = """
insert into payer_authorization (tenant_id, authorization_id, episode_id, state, units, covers_from, covers_to, version)
select $1, e.*
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::date[], $7::date[], $8::bigint[]) as e
order by 2
on conflict (tenant_id, authorization_id) do update
    set state = excluded.state, units = excluded.units, covers_from = excluded.covers_from,
        covers_to = excluded.covers_to, version = excluded.version
    where payer_authorization.version < excluded.version
"""


async def keep_authorizations(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Keep the payer's last answer on each authorization."""
    answers: dict[UUID, tuple[AuthorizationRecorded, int]] = {}
    for one in incoming:
        if isinstance(one.event, AuthorizationRecorded):
            answers[one.event.authorization_id] = one.event, one.envelope.version
    if answers:
        rows = list(answers.values())
        await tx.connection.execute(
            KEEP,
            tx.tenant,
            [event.authorization_id for event, _ in rows],
            [event.episode_id for event, _ in rows],
            [event.state for event, _ in rows],
            [event.units for event, _ in rows],
            [event.covers_from for event, _ in rows],
            [event.covers_to for event, _ in rows],
            [version for _, version in rows],
        )
