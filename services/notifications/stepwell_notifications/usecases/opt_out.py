"""A patient wants no more messages."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.notifications_replies import OptedOut
from stepwell_contracts.http.notifications_replies import Standing, TakeOptOut
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Channel
from stepwell_kernel.message_codes import MessageCategory
from stepwell_messaging.streams import lock_patient, lock_patients, patient_stream
from stepwell_notifications.domain.access import TAKE_OPT_OUT, staff_of
from stepwell_notifications.store.opt_outs import (
    OPTED_OUT,
    is_address_opted_out,
    opt_address_out,
    opt_patient_out,
    stands_against,
)
from stepwell_notifications.store.reference import current_episode
from stepwell_notifications.store.views import standing_of
from stepwell_notifications.usecases.suppress_unwanted import suppress_unwanted
from stepwell_postgres.transaction import Transaction


async def opt_out(tx: Transaction, patient_id: UUID, command: TakeOptOut) -> Standing:
    """What a patient told a member of staff counts at once (47 CFR 64.1200(a)(10): any reasonable way to say it).

    Said again it changes nothing. Raises Unavailable (`patient_not_known_yet`), Forbidden (`staff_only`).
    """
    episode = await current_episode(tx, patient_id)
    tx.authorize(TAKE_OPT_OUT, Resource(tx.tenant, "patient", patient_id, episode.facility_id))
    staff_id = staff_of(tx.caller)
    await lock_patient(tx, patient_id)
    if not await _stands(tx, patient_id, command.channel, command.category):
        await opt_patient_out(tx, patient_id, command.channel, command.category, staff_id)
        await _tell(tx, patient_id, command.channel, command.category)
    return await standing_of(tx, patient_id)


async def opt_address_and_patients_out(
    tx: Transaction, address_hash: bytes, channel: Channel, patient_ids: Sequence[UUID], reply_id: UUID
) -> bool:
    """The holder of an address wrote so: it stands for the address and for every patient reached by it.

    An address of nobody known is kept too, for whoever will have it. Answers whether anything changed by it.
    """
    await lock_patients(tx, patient_ids)
    concerned = [p for p in patient_ids if not await _stands(tx, p, channel, None)]
    stood = await is_address_opted_out(tx, address_hash, channel)
    await opt_address_out(tx, address_hash, channel, patient_ids, reply_id)
    for patient_id in concerned:
        await _tell(tx, patient_id, channel, None)
    return bool(concerned) or not stood


async def _stands(tx: Transaction, patient_id: UUID, channel: Channel, category: MessageCategory | None) -> bool:
    return await stands_against(tx, None, patient_id, channel, category) == OPTED_OUT


async def _tell(tx: Transaction, patient_id: UUID, channel: Channel, category: MessageCategory | None) -> None:
    event = OptedOut(patient_id=patient_id, channel=channel, category=category)
    tx.emit(patient_stream(tx, patient_id), event)
    await suppress_unwanted(tx, patient_id)
