"""A member of staff takes a crisis over."""

from uuid import UUID

from stepwell_contracts.http.notifications import PageAcknowledgement
from stepwell_kernel.access import Resource
from stepwell_notifications.domain.access import ACKNOWLEDGE_PAGE, staff_of
from stepwell_notifications.domain.pages import check_can_be_acknowledged
from stepwell_notifications.store.pages import find_page, mark_acknowledged
from stepwell_notifications.usecases.tell_page import hold_page, tell_acknowledged
from stepwell_postgres.transaction import Transaction


async def acknowledge_page(tx: Transaction, page_id: UUID) -> PageAcknowledgement:
    """Nobody else is called from now on; a page that was acknowledged before is answered with who did it and when.

    Raises NotFound (`page_not_found`), Forbidden (`staff_only`), Conflict (`page_closed`).
    """
    page = await find_page(tx, page_id)
    tx.authorize(ACKNOWLEDGE_PAGE, Resource(tx.tenant, "page", page_id, page.facility_id))
    staff_id = staff_of(tx.caller)
    page = await hold_page(tx, page_id)
    if page.acknowledged_by is not None and page.acknowledged_at is not None:
        return PageAcknowledgement(
            page_id=page_id, acknowledged_by=page.acknowledged_by, acknowledged_at=page.acknowledged_at
        )
    check_can_be_acknowledged(page)
    await mark_acknowledged(tx, page_id, staff_id)
    tell_acknowledged(tx, page, staff_id)
    return PageAcknowledgement(page_id=page_id, acknowledged_by=staff_id, acknowledged_at=tx.now)
