"""A patient wants messages again."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.notifications_replies import OptedIn
from stepwell_contracts.http.notifications_replies import Standing, TakeOptIn
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Channel
from stepwell_messaging.streams import lock_patient, lock_patients, patient_stream
from stepwell_notifications.domain.access import TAKE_OPT_IN, staff_of
from stepwell_notifications.store.opt_outs import is_address_opted_out, open_opt_outs, opt_address_in, opt_patient_in
from stepwell_notifications.store.reference import current_episode
from stepwell_notifications.store.views import standing_of
from stepwell_postgres.transaction import Transaction


async def opt_in(tx: Transaction, patient_id: UUID, command: TakeOptIn) -> Standing:
    """Nothing that the patient said before stands any more on the channel; what was suppressed stays so.

    Raises Unavailable (`patient_not_known_yet`), Forbidden (`staff_only`).
    """
    episode = await current_episode(tx, patient_id)
    tx.authorize(TAKE_OPT_IN, Resource(tx.tenant, "patient", patient_id, episode.facility_id))
    staff_of(tx.caller)
    await lock_patient(tx, patient_id)
    stood = await open_opt_outs(tx, patient_id, command.channel)
    await opt_patient_in(tx, patient_id, command.channel)
    if stood:
        _tell(tx, patient_id, command.channel)
    return await standing_of(tx, patient_id)


async def opt_address_and_patients_in(
    tx: Transaction, address_hash: bytes, channel: Channel, patient_ids: Sequence[UUID]
) -> bool:
    """The holder of an address wrote so: what they wrote before stands no more. Answers whether anything changed by it.

    What a patient told a member of staff goes with it only when the address is theirs alone: somebody else who has it
    cannot speak for them.
    """
    await lock_patients(tx, patient_ids)
    stood = [p for p in patient_ids if await open_opt_outs(tx, p, channel)]
    changed = await is_address_opted_out(tx, address_hash, channel)
    await opt_address_in(tx, address_hash, channel)
    if len(patient_ids) == 1:
        await opt_patient_in(tx, patient_ids[0], channel)
    for patient_id in stood:
        if not await open_opt_outs(tx, patient_id, channel):
            changed = True
            _tell(tx, patient_id, channel)
    return changed


def _tell(tx: Transaction, patient_id: UUID, channel: Channel) -> None:
    tx.emit(patient_stream(tx, patient_id), OptedIn(patient_id=patient_id, channel=channel))
