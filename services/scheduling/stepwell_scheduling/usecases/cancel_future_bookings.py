"""Discharge: give back all seats that lie ahead."""

from stepwell_contracts.activities import ActionResult, CancelBookings
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import CANCEL_BOOKING
from stepwell_scheduling.store.bookings import future_bookings
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.usecases.cancel_booking import free


async def cancel_future_bookings(tx: Transaction, command: CancelBookings) -> ActionResult:
    """Cancel what lies ahead.

    Raises Unavailable (`episode_not_known_yet`).
    """
    episode = await find_episode(tx, command.key.episode_id)
    tx.authorize(CANCEL_BOOKING, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    for booking in await future_bookings(tx, episode.episode_id):
        await free(tx, stream, booking, command.reason_code)
    return ActionResult(accepted=True, subject_id=episode.episode_id)
