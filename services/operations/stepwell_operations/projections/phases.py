"""Stays in phases: from when until when an episode stood in a phase at a facility."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_kernel.codes import Phase
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.transaction import Transaction

ADD = """
insert into episode_phase (tenant_id, episode_id, version, facility_id, phase, from_at)
select $1, e.*
from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[]) as e
order by 2, 3
on conflict do nothing
"""

#: A stay lasts until the next one, whichever of them was known first.
END = """
update episode_phase p set to_at = e.to_at
from (
    select episode_id, version, lead(from_at, 1, 'infinity') over (partition by episode_id order by version) as to_at
    from episode_phase where episode_id = any($1)
) e
where p.episode_id = e.episode_id and p.version = e.version and p.to_at <> e.to_at
"""


@dataclass(frozen=True, slots=True)
class Stay:
    """What an event says: the episode stands in the phase, at the facility, from now on."""

    episode_id: UUID
    version: int
    facility_id: UUID
    phase: Phase
    from_at: datetime


async def keep_phases(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Begin the stays of the batch, each of which ends the one before it; a transfer begins one as well."""
    stays = [stay for one in incoming if (stay := _stay(one))]
    if stays:
        await tx.connection.execute(
            ADD,
            tx.tenant,
            [stay.episode_id for stay in stays],
            [stay.version for stay in stays],
            [stay.facility_id for stay in stays],
            [stay.phase for stay in stays],
            [stay.from_at for stay in stays],
        )
        await tx.connection.execute(END, sorted({stay.episode_id for stay in stays}))


def _stay(one: Incoming) -> Stay | None:
    at, version = one.envelope.time, one.envelope.version
    match one.event:
        case ReferralReceived() as event:
            return Stay(event.episode_id, version, event.facility_id, Phase.REFERRAL, at)
        case EpisodePhaseChanged() as event:
            return Stay(event.episode_id, version, event.facility_id, event.phase, at)
        case _:
            return None
