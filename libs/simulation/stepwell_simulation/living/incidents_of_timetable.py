"""The timetable: a small group that fills, seats that are moved and given back, sessions and series that change."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from stepwell_contracts.http.scheduling import BookSeat, CancelBooking, SessionView
from stepwell_contracts.http.scheduling_care import EndMembership, MoveBooking
from stepwell_contracts.http.scheduling_timetable import CancelSession, ChangeSeries, ChangeSession, ExceptDay
from stepwell_kernel.codes import Role
from stepwell_kernel.local_time import local_at
from stepwell_simulation import harborlight
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Office
from stepwell_simulation.living.places import join

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


async def join_small_group(office: Office, case: Case) -> datetime | None:
    """A place in the Saturday group, or a wait for one."""
    await join(office, case, (harborlight.SATURDAY_GROUP,))
    return None


async def leave_small_group(office: Office, case: Case) -> datetime | None:
    """A member leaves, once somebody waits: who waits longest gets the place."""
    scheduling = office.person(Role.SCHEDULER).scheduling
    roster = await scheduling.roster(harborlight.SATURDAY_GROUP)
    own = next((one for one in roster.members if one.episode_id == case.episode_id), None)
    if own is None or not roster.waiting:
        return office.working(office.now() + DAY) if own is not None else None
    ended = EndMembership(from_day=case.today(office.now()) + DAY, reason_code="patient_asked")
    await scheduling.leave_group(own.membership_id, ended, key=case.key("leave"))
    return None


async def move_seat(office: Office, case: Case) -> datetime | None:
    """A seat in a group by video, which the patient asks to have a session later."""
    scheduling = office.person(Role.SCHEDULER).scheduling
    sessions = [one for one in await _ahead(office) if one.group_id == harborlight.TELEHEALTH_GROUP]
    first, second, *_ = sessions
    seat = await scheduling.book_seat(
        first.session_id, BookSeat(episode_id=case.episode_id), key=case.key(f"video-{first.session_id}")
    )
    body = MoveBooking(session_id=second.session_id, reason_code="patient_asked")
    await scheduling.move_booking(seat.booking_id, body, key=case.key(f"moved-{seat.booking_id}"))
    return None


async def give_seat_back(office: Office, case: Case) -> datetime | None:
    """The patient cannot come next time, and says so in time: its reminders do not go out."""
    scheduling = office.person(Role.SCHEDULER).scheduling
    booked = (await scheduling.bookings(case.episode_id)).bookings
    ahead = [one for one in booked if one.state == "booked" and one.starts_at > office.now() + DAY]
    if ahead:
        body = CancelBooking(reason_code="patient_asked")
        await scheduling.cancel_booking(ahead[0].booking_id, body, key=case.key(f"back-{ahead[0].booking_id}"))
    return None


async def change_sessions(office: Office, case: Case) -> datetime | None:
    """One session begins later, another does not take place."""
    scheduling = office.person(Role.SCHEDULER).scheduling
    ahead = await _ahead(office)
    later = next(one for one in ahead if one.group_id == harborlight.EVENING_GROUP)
    starts_local = local_at(later.starts_at, office.house.zone) + timedelta(minutes=30)
    body = ChangeSession(starts_local=starts_local.replace(tzinfo=None), reason_code="clinician_late")
    await scheduling.change_session(later.session_id, body, key=case.key(f"later-{later.session_id}"))
    off = next(one for one in ahead if one.group_id == harborlight.STEP_DOWN_GROUP)
    cancel = CancelSession(reason_code="clinician_absent")
    await scheduling.cancel_session(off.session_id, cancel, key=case.key(f"off-{off.session_id}"))
    return None


async def change_series(office: Office, case: Case) -> datetime | None:
    """A series meets later from a new term on, and leaves out a day of training."""
    scheduling, today = office.person(Role.SCHEDULER).scheduling, case.today(office.now())
    series = (await scheduling.series(harborlight.AFTER_SCHOOL_GROUP)).series[0]
    change = ChangeSeries(from_day=today + 2 * WEEK, starts_local=time(16), reason_code="new_term")
    await scheduling.change_series(series.series_id, change, key=case.key(f"term-{series.series_id}"))
    day = today + 3 * WEEK
    day += timedelta(days=(series.weekday - day.weekday()) % 7)
    left_out = ExceptDay(day=day, reason_code="staff_training")
    await scheduling.leave_day_out(series.series_id, left_out, key=case.key(f"training-{series.series_id}"))
    return None


async def _ahead(office: Office) -> Sequence[SessionView]:
    begin = office.now() + DAY
    return (
        await office.person(Role.SCHEDULER).scheduling.sessions(office.house.facility_id, begin, begin + 3 * WEEK)
    ).sessions
