"""When patients can come; every version is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

import asyncpg

from stepwell_contracts.http.scheduling_plans import AvailabilityView, AvailabilityWindow
from stepwell_kernel.scheduling_codes import BlockedBy, Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.planning.availability import Availability, Window

INSERT = """
insert into availability (tenant_id, episode_id, version, effective_from, windows, blocked_by, settings, languages,
                          preferred_clinician, set_by, set_at)
values ($1, $2, (select count(*) + 1 from availability where episode_id = $2), $3, $4, $5, $6, $7, $8, $9, $10)
"""

OF_EPISODES = """
select episode_id, effective_from, windows, blocked_by, settings, languages, preferred_clinician
from availability
where episode_id = any($1)
order by episode_id, version
"""


async def insert_availability(tx: Transaction, episode_id: UUID, availability: Availability) -> None:
    """Store a version; the patient's stream must be locked."""
    await tx.connection.execute(
        INSERT,
        tx.tenant,
        episode_id,
        availability.effective_from,
        [
            {"weekday": window.weekday, "opens": window.opens.isoformat(), "closes": window.closes.isoformat()}
            for window in availability.windows
        ],
        availability.blocked_by,
        sorted(availability.settings),
        sorted(availability.languages),
        availability.preferred_clinician,
        tx.caller.subject,
        tx.now,
    )


async def availability_of(tx: Transaction, episode_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Availability]]:
    """The versions of each episode in the order in which they were set; none where no availability is known."""
    found: defaultdict[UUID, list[Availability]] = defaultdict(list)
    for row in await tx.connection.fetch(OF_EPISODES, episode_ids):
        found[row["episode_id"]].append(_availability(row))
    return found


def availability_view(availability: Availability) -> AvailabilityView:
    """A version as it is shown."""
    return AvailabilityView(
        effective_from=availability.effective_from,
        windows=tuple(
            AvailabilityWindow(weekday=window.weekday, opens=window.opens, closes=window.closes)
            for window in availability.windows
        ),
        blocked_by=availability.blocked_by,
        settings=tuple(sorted(availability.settings)),
        languages=tuple(sorted(availability.languages)),
        preferred_clinician=availability.preferred_clinician,
        available_minutes_per_week=availability.minutes_per_week,
    )


def _availability(row: asyncpg.Record) -> Availability:
    return Availability(
        effective_from=row["effective_from"],
        windows=tuple(
            Window(one["weekday"], time.fromisoformat(one["opens"]), time.fromisoformat(one["closes"]))
            for one in row["windows"]
        ),
        blocked_by=tuple(BlockedBy(one) for one in row["blocked_by"]),
        settings=frozenset(Setting(one) for one in row["settings"]),
        languages=frozenset(row["languages"]),
        preferred_clinician=row["preferred_clinician"],
    )
