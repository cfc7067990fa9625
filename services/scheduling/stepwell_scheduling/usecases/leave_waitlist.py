"""A patient does not wait for a group any more."""

from uuid import UUID

from stepwell_contracts.events.scheduling_care import WaitlistEnded
from stepwell_contracts.http.scheduling_care import WaitEnded
from stepwell_kernel.access import Resource
from stepwell_kernel.scheduling_codes import WaitlistOutcome
from stepwell_messaging.streams import lock_patient, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import LEAVE_WAITLIST
from stepwell_scheduling.domain.waitlist import Wait
from stepwell_scheduling.store.waitlists import end_wait, find_wait


async def leave_waitlist(tx: Transaction, waitlist_id: UUID) -> WaitEnded:
    """Withdraw the wait; one that is over is answered with how it ended.

    Raises NotFound (`wait_not_found`).
    """
    wait = await find_wait(tx, waitlist_id)
    tx.authorize(LEAVE_WAITLIST, Resource(tx.tenant, "waitlist", waitlist_id, wait.facility_id))
    await lock_patient(tx, wait.patient_id)
    wait = await find_wait(tx, waitlist_id)
    if wait.state != "waiting":
        return WaitEnded(waitlist_id=waitlist_id, outcome=WaitlistOutcome(wait.state))
    await stop_waiting(tx, wait, WaitlistOutcome.WITHDRAWN)
    return WaitEnded(waitlist_id=waitlist_id, outcome=WaitlistOutcome.WITHDRAWN)


async def stop_waiting(tx: Transaction, wait: Wait, outcome: WaitlistOutcome) -> None:
    """End a wait without a place, whose patient is locked, and tell it."""
    await end_wait(tx, wait.waitlist_id, outcome)
    ended = WaitlistEnded(
        waitlist_id=wait.waitlist_id, episode_id=wait.episode_id, group_id=wait.group_id, outcome=outcome
    )
    tx.emit(patient_stream(tx, wait.patient_id), ended, episode_id=wait.episode_id)
