"""Pages about patients, as whoever is on call answers them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from stepwell_contracts.http.notifications import PageView
from stepwell_kernel.codes import Role
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.seeing import seen

WITHIN_S = 30.0

#: Five minutes, in which a page is to be acknowledged, in a second and a half.
PAGING_PACE = 200.0

#: A page that is to be heard in vain at first is looked at again so much later.
HEARD_AFTER = timedelta(minutes=20)


async def take_page(office: Office, case: Case, *, after_rounds: int = 0) -> None:
    """Take the page over that is about to come, after so many rounds in vain.

    One that does not come within half a minute of machine time is left to the worklist.
    """
    page = await seen(partial(_open_page, office, case, after_rounds + 1), within_s=WITHIN_S)
    if page is not None:
        notifications = office.person(Role.COUNSELOR).notifications
        await notifications.acknowledge_page(page.page_id, key=case.key(f"page-{page.page_id}"))


async def _open_page(office: Office, case: Case, in_round: int) -> PageView | None:
    pages = (await office.person(Role.COUNSELOR).notifications.pages(case.episode_id)).pages
    return next((page for page in pages if page.acknowledged_at is None and page.round >= in_round), None)


async def answer_page(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Whoever is on call takes the page over."""
    if found is not None and found.is_unheard:
        return office.now() + HEARD_AFTER
    await office.person(Role.COUNSELOR).notifications.acknowledge_page(row.subject_id, key=row.key())
    return None


PAGES: Mapping[str, Answer] = MappingProxyType({"page_open": answer_page, "page_unanswered": answer_page})
