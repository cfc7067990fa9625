"""Call the next person in the roster."""

import logging
from datetime import datetime

from stepwell_notifications.domain.pages import Page
from stepwell_notifications.store.on_call import levels_of
from stepwell_notifications.store.pages import store_call
from stepwell_notifications.store.rules import page_rule
from stepwell_notifications.usecases.tell_page import tell_unanswered
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Transaction

PAGE_ON_CALL = "page_on_call"
ESCALATE_PAGE = "escalate_page"

logger = logging.getLogger(__name__)


async def call_next(tx: Transaction, page: Page) -> None:
    """Have the next person called at once, at any hour, and the one after them unless the page is acknowledged in time.

    After the last it is told that nobody answered, and it begins again from the top. Without a roster there is nobody
    to call: that is told each time, and looked for again. The page's stream is locked.
    """
    rule = await page_rule(tx, tx.now.date())
    call = page.call.next(await levels_of(tx, page.facility_id))
    if call.round > page.call.round:
        code = "nobody_answered" if call.level else "no_roster"
        logger.error("page_unanswered", extra={"facility_id": str(page.facility_id), "code": code})
        tell_unanswered(tx, page)
    await store_call(tx, page.page_id, call, rule.version)
    key, payload = str(call.id(page.page_id)), _payload(page)
    if call.level:
        await schedule_duty(tx, PAGE_ON_CALL, key, tx.now, payload)
    await schedule_duty(tx, ESCALATE_PAGE, key, tx.now + rule.acknowledge_within, payload)


async def escalate_at(tx: Transaction, page: Page, at: datetime) -> None:
    """Move the next call of a page, if it has not been made."""
    await schedule_duty(tx, ESCALATE_PAGE, str(page.call_id), at, _payload(page))


def _payload(page: Page) -> dict[str, str]:
    return {"page_id": str(page.page_id)}
