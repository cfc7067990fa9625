"""Call a session off, with all its seats."""

from uuid import UUID

from stepwell_contracts.events.scheduling_timetable import SessionCancelled
from stepwell_contracts.http.scheduling_timetable import CancelSession, SessionCalledOff
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import patient_stream
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.access import CANCEL_SESSION
from stepwell_scheduling.domain.sessions import Session, check_changeable
from stepwell_scheduling.store.seats import bookings_of_sessions, cancel_held
from stepwell_scheduling.store.sessions import find_session, mark_session_cancelled
from stepwell_scheduling.usecases.cancel_booking import free
from stepwell_scheduling.usecases.lock_roster import lock_roster, lock_seats

#: What the patients are told; the reason of the house stands with the session.
TOLD_TO_PATIENTS = "program_cancelled"


async def cancel_session(tx: Transaction, session_id: UUID, command: CancelSession) -> SessionCalledOff:
    """Give all seats back and cancel the session; cancelling a cancelled one changes nothing and is answered alike.

    Raises NotFound (`session_not_found`), Conflict (`session_started`), Unavailable (`session_changing`).
    """
    session = await find_session(tx, session_id)
    tx.authorize(CANCEL_SESSION, Resource(tx.tenant, "session", session_id, session.facility_id))
    stream = await lock_roster(tx, session.facility_id, sessions=[session_id])
    ((session, _),) = await lock_seats(tx, [session_id])
    if not session.cancelled:
        check_changeable(session, tx.now)
        await call_off(tx, stream, session, command.reason_code)
    return SessionCalledOff(session_id=session_id)


async def call_off(tx: Transaction, stream: Stream, session: Session, reason_code: str) -> None:
    """Cancel a session that lies ahead, whose patients, facility and row are locked, and tell it."""
    await mark_session_cancelled(tx, session.session_id, reason_code)
    bookings = await bookings_of_sessions(tx, [session.session_id])
    for booking in bookings:
        await free(tx, patient_stream(tx, booking.patient_id), booking, TOLD_TO_PATIENTS)
    await cancel_held(tx, session.session_id, TOLD_TO_PATIENTS)
    event = SessionCancelled(
        session_id=session.session_id,
        facility_id=session.facility_id,
        modality=session.modality,
        starts_at=session.starts_at,
        reason_code=reason_code,
        bookings=len(bookings),
    )
    tx.emit(stream, event)
