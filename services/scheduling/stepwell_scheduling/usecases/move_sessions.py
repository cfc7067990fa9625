"""Give sessions another time, clinician or room, with everyone who has a seat in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_contracts.events.scheduling_timetable import SessionChanged
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_messaging.streams import patient_stream
from stepwell_postgres.transaction import Stream, Transaction
from stepwell_scheduling.domain.reference import Facility, Group
from stepwell_scheduling.domain.sessions import Arrangement, Session, Wish, check_ahead
from stepwell_scheduling.store.bookings import Booking, keep_rules
from stepwell_scheduling.store.care_rules import day_rule
from stepwell_scheduling.store.seating import patients_above
from stepwell_scheduling.store.seats import bookings_of_sessions
from stepwell_scheduling.store.sessions import claim, move_session, release, release_held
from stepwell_scheduling.usecases.arrange import arrange_meeting, arrange_visit


@dataclass(frozen=True, slots=True)
class Move:
    """A session as it was held, and as it is to be held."""

    former: Session
    held: Arrangement
    session: Session
    arrangement: Arrangement

    @property
    def changes_time(self) -> bool:
        """Whether it starts or ends at another time."""
        return (self.former.starts_at, self.former.ends_at) != (self.session.starts_at, self.session.ends_at)

    @property
    def changes_anything(self) -> bool:
        """Whether time, clinician or room are others."""
        former, to = self.held, self.arrangement
        return self.changes_time or (former.clinician_id, former.room_id) != (to.clinician_id, to.room_id)

    @property
    def adds_to_day(self) -> bool:
        """Whether the local day on which it is to be held has more of it than before."""
        return self.held.starts_local.date() != self.day or self.former.minutes < self.session.minutes

    @property
    def day(self) -> date:
        """The local day on which it is to be held."""
        return self.arrangement.starts_local.date()


async def plan_move(
    tx: Transaction,
    facility: Facility,
    group: Group | None,
    session: Session,
    held: Arrangement,
    wish: Wish,
    starts_at: datetime,
) -> Move:
    """The move of a meeting of a group, or of a visit, to what is wished. Raises as `arrange_meeting`."""
    capacity = session.capacity
    if group is None:
        arrangement = await arrange_visit(tx, facility, session.modality, wish, held.patient_jurisdiction)
    else:
        arrangement, seats = await arrange_meeting(tx, facility, group, wish)
        capacity = seats if wish.room_id != held.room_id else capacity
    ends_at = starts_at + timedelta(minutes=wish.minutes)
    return Move(session, held, replace(session, starts_at=starts_at, ends_at=ends_at, capacity=capacity), arrangement)


async def move_sessions(tx: Transaction, stream: Stream, moves: Sequence[Move], reason_code: str) -> None:
    """Move the sessions, whose patients, facility and rows are locked, and tell it.

    Raises Conflict (`session_in_the_past`, `room_too_small`, `clinician_taken`, `room_taken`, `patients_taken`,
    `day_full`); the last four name the days, and the last two how many patients cannot come.
    """
    for move in moves:
        _check(tx, move)
    await release_held(tx, [move.session.session_id for move in moves])
    await _hold(tx, moves)
    for move in moves:
        tx.emit(stream, _changed(move, reason_code))
    await _move_bookings(tx, [move for move in moves if move.changes_time], reason_code)


def _check(tx: Transaction, move: Move) -> None:
    if move.changes_time:
        check_ahead(move.session.starts_at, tx.now)
    if move.session.capacity < move.session.taken:
        raise Conflict("room_too_small", "the room has fewer seats than are taken", rule="session.capacity")


async def _hold(tx: Transaction, moves: Sequence[Move]) -> None:
    refused: list[tuple[date, Conflict]] = []
    for move in moves:
        try:
            await move_session(tx, move.session, move.arrangement)
        except Conflict as refusal:
            refused.append((move.day, refusal))
    if refused:
        _, first = refused[0]
        days = tuple(FieldProblem(day.isoformat(), refusal.detail, refusal.rule) for day, refusal in refused)
        raise Conflict(first.code, first.detail, fields=days, rule=first.rule)


async def _move_bookings(tx: Transaction, moves: Sequence[Move], reason_code: str) -> None:
    by_session = {move.session.session_id: move for move in moves}
    bookings = await bookings_of_sessions(tx, list(by_session))
    await release(tx, "patient", [booking.booking_id for booking in bookings])
    taken: Counter[date] = Counter()
    for booking in bookings:
        move = by_session[booking.session_id]
        if await claim(tx, "patient", booking.patient_id, booking.booking_id, move.session):
            moved = _moved(booking, move, reason_code)
            tx.emit(patient_stream(tx, booking.patient_id), moved, episode_id=booking.episode_id)
        else:
            taken[move.day] += 1
    if taken:
        detail = f"{taken.total()} patients have another appointment at the new time"
        raise Conflict("patients_taken", detail, fields=_counted(taken), rule="seat.no_overlap")
    await _check_days(tx, [move for move in moves if move.adds_to_day])


async def _check_days(tx: Transaction, moves: Sequence[Move]) -> None:
    """Raise Conflict (`day_full`) when a day then has more care than a patient may have."""
    full: Counter[date] = Counter()
    versions = set()
    for move in moves:
        session = move.session
        rule = await day_rule(tx, session.facility_id, session.starts_at)
        await keep_rules(tx, session.session_id, (str(rule.rule),))
        if crowded := await patients_above(tx, session.session_id, rule.most_minutes):
            full[move.day] += crowded
            versions.add(str(rule.rule))
    if full:
        detail = f"{full.total()} patients would have more care on the day than it holds"
        raise Conflict("day_full", detail, fields=_counted(full), rule=",".join(sorted(versions)))


def _counted(patients: Counter[date]) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(day.isoformat(), f"{count} cannot come") for day, count in sorted(patients.items()))


def _changed(move: Move, reason_code: str) -> SessionChanged:
    return SessionChanged(
        session_id=move.session.session_id,
        facility_id=move.session.facility_id,
        modality=move.session.modality,
        starts_at=move.session.starts_at,
        ends_at=move.session.ends_at,
        clinician_id=move.arrangement.clinician_id,
        reason_code=reason_code,
    )


def _moved(booking: Booking, move: Move, reason_code: str) -> AppointmentMoved:
    return AppointmentMoved(
        booking_id=booking.booking_id,
        episode_id=booking.episode_id,
        patient_id=booking.patient_id,
        facility_id=booking.facility_id,
        session_id=booking.session_id,
        former_session_id=booking.session_id,
        modality=booking.modality,
        starts_at=move.session.starts_at,
        ends_at=move.session.ends_at,
        former_starts_at=move.former.starts_at,
        reason_code=reason_code,
    )
