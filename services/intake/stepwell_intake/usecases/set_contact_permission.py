"""Record whether a patient may be reached through a channel."""

from uuid import UUID

from stepwell_contracts.events.intake import ContactPermissionChanged
from stepwell_contracts.http.intake import ContactPermission, SetContactPermission
from stepwell_intake.domain.access import SET_CONTACT_PERMISSION, staff_of
from stepwell_intake.store.contacts import keep_permission
from stepwell_intake.store.episodes import episodes_of
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Channel
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def set_contact_permission(
    tx: Transaction, patient_id: UUID, channel: Channel, command: SetContactPermission
) -> ContactPermission:
    """Store the permission and tell it; setting it as it stands changes nothing.

    Raises NotFound (`patient_not_found`).
    """
    newest = (await episodes_of(tx, patient_id))[0]
    tx.authorize(SET_CONTACT_PERMISSION, Resource(tx.tenant, "patient", patient_id, newest.facility_id))
    stream = await lock_patient(tx, patient_id)
    changed_by = staff_of(tx.caller)
    if await keep_permission(tx, patient_id, channel, permitted=command.permitted, changed_by=changed_by):
        event = ContactPermissionChanged(patient_id=patient_id, channel=channel, permitted=command.permitted)
        tx.emit(stream, event)
    return ContactPermission(patient_id=patient_id, channel=channel, permitted=command.permitted)
