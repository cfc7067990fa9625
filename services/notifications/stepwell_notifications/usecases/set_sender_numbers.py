"""Say from which numbers a facility writes."""

from uuid import UUID

from stepwell_contracts.http.notifications_replies import SenderNumbers, SetSenderNumbers
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility
from stepwell_notifications.domain.access import SET_SENDER_NUMBERS
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.store.sender_numbers import keep_numbers, numbers_of
from stepwell_postgres.transaction import Transaction


async def set_sender_numbers(tx: Transaction, facility_id: UUID, command: SetSenderNumbers) -> SenderNumbers:
    """Replace the numbers of the facility; what is written to them from now on is its.

    Raises Conflict (`sender_number_taken`), Unavailable (`facility_not_known_yet`).
    """
    tx.authorize(SET_SENDER_NUMBERS, Resource(tx.tenant, "facility", facility_id, facility_id))
    await find_facility(tx, facility_id)
    await lock_facility(tx, facility_id)
    await keep_numbers(tx, facility_id, command.numbers)
    return SenderNumbers(facility_id=facility_id, numbers=tuple(await numbers_of(tx, facility_id)))
