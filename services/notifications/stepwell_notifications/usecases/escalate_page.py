"""Nobody took the page over in time: call the next."""

from uuid import UUID

from stepwell_notifications.usecases.call_next import call_next
from stepwell_notifications.usecases.tell_page import hold_page
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction


async def escalate_page(tx: Transaction, duty: Duty) -> None:
    """Call the next, unless the page was acknowledged or closed; ends the duty with the effect."""
    page = await hold_page(tx, UUID(duty.payload["page_id"]))
    if not page.is_open:
        await complete_duty(tx, duty, code=page.state)
        return
    await call_next(tx, page)
    await complete_duty(tx, duty)
