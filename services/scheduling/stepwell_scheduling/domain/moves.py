"""When a booked seat may be moved to another session."""

from datetime import datetime

from stepwell_kernel.errors import Conflict
from stepwell_scheduling.domain.sessions import Session


def check_move(state: str, former: Session, session: Session, now: datetime) -> None:
    """Raise Conflict unless a booking that stands may go from a session ahead to another meeting of the same modality.

    A visit is one patient's own: its session is changed instead.
    """
    if state != "booked":
        raise Conflict("booking_not_standing", "the booking was cancelled", rule="move.booked")
    if former.starts_at <= now:
        raise Conflict("session_started", "the session has started", rule="seat.before_start")
    if session.session_id == former.session_id:
        raise Conflict("same_session", "the booking is in that session", rule="move.other_session")
    if former.group_id is None or session.group_id is None:
        raise Conflict("visit_not_movable", "a visit is moved by changing its session", rule="move.group")
    if session.modality is not former.modality:
        raise Conflict("other_modality", f"a seat in {former.modality} stays one", rule="move.modality")
