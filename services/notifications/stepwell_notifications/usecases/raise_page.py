"""Page whoever is on call about a crisis."""

from stepwell_contracts.events.intake_clinical import CrisisRaised
from stepwell_kernel.ids import derived_id
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.pages import BEFORE_THE_FIRST, Page
from stepwell_notifications.store.pages import insert_page
from stepwell_notifications.store.rules import page_rule
from stepwell_notifications.usecases.call_next import call_next
from stepwell_postgres.transaction import Transaction


async def raise_page(tx: Transaction, crisis: CrisisRaised) -> None:
    """One page for each crisis; its id follows from the crisis. Nothing is asked of other services."""
    stream = await lock_patient(tx, crisis.patient_id)
    rule = await page_rule(tx, tx.now.date())
    page_id = derived_id(crisis.crisis_id, "page")
    page = Page(
        page_id=page_id,
        facility_id=crisis.facility_id,
        episode_id=crisis.episode_id,
        patient_id=crisis.patient_id,
        about=crisis.crisis_id,
        state="open",
        call=BEFORE_THE_FIRST,
        call_id=BEFORE_THE_FIRST.id(page_id),
        raised_at=tx.now,
        acknowledge_by=tx.now + rule.acknowledge_within,
        acknowledged_by=None,
        acknowledged_at=None,
    )
    if await insert_page(tx, page, rule.version):
        await call_next(tx, stream, page)
