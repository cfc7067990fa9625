"""What became of a page is told where it belongs: of its patient, or of its facility when it is about nobody known."""

from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.notifications import PageAcknowledged, PageSent, PageUnanswered
from stepwell_contracts.events.notifications_replies import (
    FacilityPageAcknowledged,
    FacilityPageSent,
    FacilityPageUnanswered,
)
from stepwell_messaging.streams import facility_stream, lock_facility, lock_patient, patient_stream
from stepwell_notifications.domain.pages import Page
from stepwell_notifications.store.pages import find_page
from stepwell_postgres.transaction import Transaction


async def hold_page(tx: Transaction, page_id: UUID) -> Page:
    """The page as it is under the lock of its stream; NotFound (`page_not_found`)."""
    page = await find_page(tx, page_id)
    if page.patient_id is None:
        await lock_facility(tx, page.facility_id)
    else:
        await lock_patient(tx, page.patient_id)
    return await find_page(tx, page_id)


def tell_sent(tx: Transaction, page: Page) -> None:
    """The channel took a call over; `page` is as it was when the call was made."""
    page_id, about, level = page.page_id, page.about, page.call.level
    if page.episode_id is None:
        _tell(tx, page, FacilityPageSent(page_id=page_id, facility_id=page.facility_id, about=about, level=level))
    else:
        _tell(tx, page, PageSent(page_id=page_id, episode_id=page.episode_id, about=about, level=level))


def tell_acknowledged(tx: Transaction, page: Page, staff_id: UUID) -> None:
    """A member of staff took it over."""
    page_id, about = page.page_id, page.about
    if page.episode_id is None:
        facility_id = page.facility_id
        event: Event = FacilityPageAcknowledged(
            page_id=page_id, facility_id=facility_id, about=about, acknowledged_by=staff_id
        )
    else:
        event = PageAcknowledged(page_id=page_id, episode_id=page.episode_id, about=about, acknowledged_by=staff_id)
    _tell(tx, page, event)


def tell_unanswered(tx: Transaction, page: Page) -> None:
    """Everybody in the roster was called in vain."""
    page_id, about = page.page_id, page.about
    if page.episode_id is None:
        _tell(tx, page, FacilityPageUnanswered(page_id=page_id, facility_id=page.facility_id, about=about))
    else:
        _tell(tx, page, PageUnanswered(page_id=page_id, episode_id=page.episode_id, about=about))


def _tell(tx: Transaction, page: Page, event: Event) -> None:
    """Emit on the stream that `hold_page`, or whoever raised the page, has locked."""
    stream = facility_stream(tx, page.facility_id) if page.patient_id is None else patient_stream(tx, page.patient_id)
    tx.emit(stream, event, episode_id=page.episode_id)
