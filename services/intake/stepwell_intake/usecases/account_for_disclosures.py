"""The accounting of disclosures: who asked for the records of an episode, who got them, and on what ground."""

from datetime import date, datetime, time
from uuid import UUID

from stepwell_contracts.http.intake_legal import DisclosureAccounting
from stepwell_intake.domain.access import READ_DISCLOSURES
from stepwell_intake.store.disclosures import disclosures_of
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.legal_rules import accounting_years
from stepwell_intake.store.reference import find_facility
from stepwell_kernel.access import Resource
from stepwell_kernel.local_time import resolve_forward
from stepwell_postgres.transaction import Transaction


async def account_for_disclosures(tx: Transaction, identities: Identities, episode_id: UUID) -> DisclosureAccounting:
    """The decisions of the years that the rule names (42 CFR 2.25); a read of identity, and audited as one.

    Raises NotFound (`episode_not_found`), Conflict (`identity_erased`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(READ_DISCLOSURES, Resource(tx.tenant, "patient", episode.patient_id, episode.facility_id))
    facility = await find_facility(tx, episode.facility_id)
    today = facility.day_of(tx.now)
    since = _years_before(today, await accounting_years(tx, today))
    begins_at = resolve_forward(datetime.combine(since, time.min), facility.zone)
    entries = await disclosures_of(tx, identities, episode_id, episode.patient_id, begins_at)
    return DisclosureAccounting(since=since, disclosures=entries)


def _years_before(day: date, years: int) -> date:
    """The same day years ago; 29 February is 28 February in common years, so that the span is never short."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
