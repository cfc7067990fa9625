"""Hold a patient's doses: by a nurse or prescriber, or because the patient is sedated at the window."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import DosingHeld
from stepwell_contracts.http.medication import ObserveDose
from stepwell_contracts.http.medication_giving import HoldDosing, HoldPlaced
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DosingHold
from stepwell_medication.domain.access import HOLD_DOSING, OBSERVE_DOSE, staff_of
from stepwell_medication.domain.holds import Hold
from stepwell_medication.store.holds import insert_hold, open_holds
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.reference import find_episode
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Stream, Transaction


async def hold_dosing(tx: Transaction, episode_id: UUID, command: HoldDosing) -> HoldPlaced:
    """Hold every order of the patient, at every facility.

    Raises Unavailable (`episode_not_known_yet`), Conflict (`already_held`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(HOLD_DOSING, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    placed_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    if any(hold.reason is command.reason for hold in await open_holds(tx, episode.patient_id)):
        raise Conflict("already_held", "the patient is held for this reason", rule="dosing.hold")
    hold = Hold(
        hold_id=new_id(),
        patient_id=episode.patient_id,
        episode_id=episode_id,
        facility_id=episode.facility_id,
        reason=command.reason,
        placed_by=placed_by,
        placed_at=tx.now,
    )
    return await _place(tx, stream, hold)


async def hold_sedated(tx: Transaction, order_id: UUID, command: ObserveDose) -> HoldPlaced:
    """Hold a patient who came sedated for a dose; one who is held for it already stays held.

    Raises NotFound (`order_not_found`).
    """
    order = await find_order(tx, order_id)
    facility_id = command.facility_id or order.facility_id
    tx.authorize(OBSERVE_DOSE, Resource(tx.tenant, "order", order_id, facility_id))
    placed_by = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    for hold in await open_holds(tx, order.patient_id):
        if hold.reason is DosingHold.SEDATED:
            return HoldPlaced(hold_id=hold.hold_id, reason=hold.reason)
    hold = Hold(
        hold_id=new_id(),
        patient_id=order.patient_id,
        episode_id=order.episode_id,
        facility_id=order.facility_id,
        reason=DosingHold.SEDATED,
        placed_by=placed_by,
        placed_at=tx.now,
    )
    return await _place(tx, stream, hold)


async def _place(tx: Transaction, stream: Stream, hold: Hold) -> HoldPlaced:
    await insert_hold(tx, hold)
    event = DosingHeld(hold_id=hold.hold_id, episode_id=hold.episode_id, reason=hold.reason)
    tx.emit(stream, event, episode_id=hold.episode_id)
    return HoldPlaced(hold_id=hold.hold_id, reason=hold.reason)
