"""A visit whose only seat was given back does not take place."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.scheduling_timetable import SessionCancelled
from stepwell_messaging.streams import lock_facility
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.store.sessions import mark_session_cancelled
from stepwell_scheduling.store.visits import empty_visits


async def close_visits(tx: Transaction, session_ids: Sequence[UUID], reason_code: str) -> None:
    """Cancel those of the sessions that are visits ahead without a patient; clinician and room are free again."""
    for visit in await empty_visits(tx, session_ids):
        stream = await lock_facility(tx, visit.facility_id)
        await mark_session_cancelled(tx, visit.session_id, reason_code)
        cancelled = SessionCancelled(
            session_id=visit.session_id,
            facility_id=visit.facility_id,
            modality=visit.modality,
            starts_at=visit.starts_at,
            reason_code=reason_code,
            bookings=0,
        )
        tx.emit(stream, cancelled)
