"""The crisis is over: nobody is called about it any more."""

from uuid import UUID

from stepwell_notifications.store.pages import mark_closed, page_about
from stepwell_postgres.transaction import Transaction


async def close_page(tx: Transaction, crisis_id: UUID) -> None:
    """Close the page about the crisis; a call on its way is not made again."""
    page = await page_about(tx, crisis_id)
    if page is not None and page.state != "closed":
        await mark_closed(tx, page.page_id)
