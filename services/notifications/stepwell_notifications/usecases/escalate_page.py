"""Nobody took the page over in time: call the next."""

from uuid import UUID

from stepwell_messaging.streams import lock_patient
from stepwell_notifications.store.pages import find_page
from stepwell_notifications.usecases.call_next import call_next
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction


async def escalate_page(tx: Transaction, duty: Duty) -> None:
    """Call the next, unless the page was acknowledged or closed; ends the duty with the effect."""
    stream = await lock_patient(tx, UUID(duty.payload["patient_id"]))
    page = await find_page(tx, UUID(duty.payload["page_id"]))
    if not page.is_open:
        await complete_duty(tx, duty, code=page.state)
        return
    await call_next(tx, stream, page)
    await complete_duty(tx, duty)
