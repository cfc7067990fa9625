"""How journeys began and how care ended: the first contact, and the decision that ended it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_contracts.events.intake_decisions import DeclineDecided, DischargeDecided
from stepwell_kernel.codes import Phase
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

#: Intake records the first contact once.
REACH = """
update journey j set first_contact_at = e.at
from unnest($1::uuid[], $2::timestamptz[]) as e (episode_id, at)
where j.episode_id = e.episode_id and j.first_contact_at is null
"""

END = """
update journey j set outcome = e.outcome, outcome_version = e.version
from unnest($1::uuid[], $2::text[], $3::bigint[]) as e (episode_id, outcome, version)
where j.episode_id = e.episode_id and j.outcome_version < e.version
"""


async def keep_outcomes(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Note first contacts, and the last decision that ended care, by the name of its reason."""
    reached: dict[UUID, datetime] = {}
    ended: dict[UUID, tuple[str, int]] = {}
    for one in incoming:
        match one.event:
            case FirstContactRecorded() as event:
                reached.setdefault(event.episode_id, one.envelope.time)
            case DischargeDecided() as event:
                ended[event.episode_id] = event.reason.name.lower(), one.envelope.version
            case DeclineDecided() as event:
                ended[event.episode_id] = Phase.DECLINED, one.envelope.version
    if reached:
        await tx.connection.execute(REACH, list(reached), list(reached.values()))
    if ended:
        await tx.connection.execute(
            END,
            list(ended),
            [outcome for outcome, _ in ended.values()],
            [version for _, version in ended.values()],
        )
