"""Page whoever is on call about a crisis."""

from uuid import UUID

from stepwell_kernel.ids import derived_id
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_notifications.domain.pages import BEFORE_THE_FIRST, Page
from stepwell_notifications.store.pages import insert_page
from stepwell_notifications.store.rules import page_rule
from stepwell_notifications.usecases.call_next import call_next
from stepwell_postgres.transaction import Transaction


async def raise_page(tx: Transaction, about: UUID, facility_id: UUID, episode_id: UUID, patient_id: UUID) -> None:
    """One page for each crisis; its id follows from the crisis. Nothing is asked of other services."""
    await lock_patient(tx, patient_id)
    await _raise(tx, about, facility_id, episode_id, patient_id)


async def raise_facility_page(tx: Transaction, about: UUID, facility_id: UUID) -> None:
    """The same about a reply of nobody known: the facility that it was written to is paged."""
    await lock_facility(tx, facility_id)
    await _raise(tx, about, facility_id, None, None)


async def _raise(
    tx: Transaction, about: UUID, facility_id: UUID, episode_id: UUID | None, patient_id: UUID | None
) -> None:
    rule = await page_rule(tx, tx.now.date())
    page_id = derived_id(about, "page")
    page = Page(
        page_id=page_id,
        facility_id=facility_id,
        episode_id=episode_id,
        patient_id=patient_id,
        about=about,
        state="open",
        call=BEFORE_THE_FIRST,
        call_id=BEFORE_THE_FIRST.id(page_id),
        raised_at=tx.now,
        acknowledge_by=tx.now + rule.acknowledge_within,
        acknowledged_by=None,
        acknowledged_at=None,
    )
    if await insert_page(tx, page, rule.version):
        await call_next(tx, page)
