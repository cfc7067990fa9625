"""Weeks of the program at the second tenant's center: planned, attended, changed, and a place in a full group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from stepwell_contracts.http.intake_legal import DraftPlan, GoalBody, SignPlan
from stepwell_contracts.http.scheduling import BookingView, BookSeat, RecordAttendance
from stepwell_contracts.http.scheduling_care import (
    EndMembership,
    JoinGroup,
    JoinWaitlist,
    KeepApart,
    MoveBooking,
    WeekView,
)
from stepwell_contracts.http.scheduling_plans import WeekPlanView
from stepwell_contracts.http.scheduling_timetable import (
    CancelSession,
    ChangeSeries,
    ChangeSession,
    ExceptDay,
    ScheduleVisit,
)
from stepwell_kernel.codes import AttendanceState, Modality
from stepwell_kernel.errors import Conflict
from stepwell_kernel.legal_codes import PlanGoal
from stepwell_kernel.local_time import local_at
from stepwell_simulation import harborlight
from stepwell_simulation.bookings import minutes_of
from stepwell_simulation.living.in_care import MIX
from stepwell_simulation.story import Story
from stepwell_testing.eventually import eventually
from tests.harbor import Harbor

WEEK = timedelta(weeks=1)

#: After a week's end its attendance can still be recorded for so long.
CLOSED_AFTER = timedelta(hours=14)


@dataclass(frozen=True)
class ProgramWeek:
    """A planned and attended week: its first day, its plan, its tally, its seats."""

    starts_on: date
    plan: WeekPlanView
    closed: WeekView
    seats: tuple[BookingView, ...]


async def sign_plan(harbor: Harbor, story: Story) -> None:
    """A treatment plan with all five modalities."""
    minutes = {one.modality: one.sessions * one.minutes for one in MIX}
    goals = (GoalBody(code=PlanGoal.SESSIONS_ATTENDED, target_on=harbor.today() + 8 * WEEK),)
    intake = harbor.lead.intake
    drafted = await intake.draft_plan(
        story.episode_id, DraftPlan(goals=goals, minutes_per_week=minutes, mix=MIX), key=story.key("plan")
    )
    signature = SignPlan(patient_signed_by="patient", patient_signed_on=harbor.today())
    await intake.sign_plan(story.episode_id, drafted.plan_id, signature, key=story.key("signature"))


async def live_a_planned_week(harbor: Harbor, story: Story) -> ProgramWeek:
    """Attend until the second week, which the facility's calendar planned, has been closed."""
    starts_on = harbor.today() + WEEK
    await story.attend(harbor.at(starts_on + WEEK, time(0)) + CLOSED_AFTER)
    closed = await _closed(harbor, story, starts_on)
    scheduling = harbor.lead.scheduling
    plans = (await scheduling.week_plans(story.episode_id)).plans
    seats = (await scheduling.bookings(story.episode_id)).bookings
    return ProgramWeek(
        starts_on,
        next(plan for plan in plans if plan.week_starts_on == starts_on),
        closed,
        tuple(seat for seat in seats if seat.state == "booked" and starts_on <= _day(seat) < starts_on + WEEK),
    )


async def change_the_timetable(harbor: Harbor, story: Story) -> None:
    """A seat is moved, then its session; a series meets later; sessions and a day are left out; a visit is made."""
    scheduling, evening = harbor.lead.scheduling, harborlight.EVENING_GROUP
    first, second, *_ = await _sessions(harbor, evening)
    seat = await scheduling.book_seat(first, BookSeat(episode_id=story.episode_id), key=story.key("evening"))
    await scheduling.move_booking(
        seat.booking_id, MoveBooking(session_id=second, reason_code="patient_asked"), key=story.key("moved")
    )
    starts_local = local_at((await _seat(harbor, story, seat.booking_id)).starts_at, harborlight.ZONE)
    later = ChangeSession(starts_local=starts_local + timedelta(minutes=30), reason_code="clinician_late")
    await scheduling.change_session(second, later, key=story.key("later"))
    (cancelled, *_) = await _sessions(harbor, harborlight.TELEHEALTH_GROUP)
    await scheduling.book_seat(cancelled, BookSeat(episode_id=story.episode_id), key=story.key("video"))
    await scheduling.cancel_session(cancelled, CancelSession(reason_code="clinician_absent"), key=story.key("off"))
    series = harbor.series[harborlight.AFTER_SCHOOL_GROUP][0]
    change = ChangeSeries(from_day=harbor.today() + 2 * WEEK, starts_local=time(16), reason_code="new_term")
    await scheduling.change_series(series, change, key=harbor.key("new-term"))
    tuesday = harbor.today() + 3 * WEEK
    tuesday -= timedelta(days=(tuesday.weekday() - 1) % 7)
    left_out = ExceptDay(day=tuesday, reason_code="staff_training")
    await scheduling.leave_day_out(series, left_out, key=harbor.key("training"))
    visit = ScheduleVisit(
        episode_id=story.episode_id,
        modality=Modality.INDIVIDUAL_THERAPY,
        starts_local=datetime.combine(harbor.today() + timedelta(days=2), time(7)),
        minutes=50,
        clinician_id=harborlight.LEAD,
        room_id=harborlight.SECOND_OFFICE,
    )
    await scheduling.schedule_visit(visit, key=story.key("visit"))


@dataclass(frozen=True)
class FullGroup:
    """What came of three patients for two places."""

    refusal: str
    members: frozenset[UUID]


async def wait_for_a_place(harbor: Harbor, members: tuple[Story, Story], waiting: Story) -> FullGroup:
    """Two patients fill a group; a third waits until one of them leaves."""
    scheduling, group = harbor.lead.scheduling, harborlight.SATURDAY_GROUP
    tomorrow = harbor.today() + timedelta(days=1)
    places = [
        await scheduling.join_group(
            group, JoinGroup(episode_id=story.episode_id, from_day=tomorrow), key=story.key("join")
        )
        for story in members
    ]
    try:
        await scheduling.join_group(
            group, JoinGroup(episode_id=waiting.episode_id, from_day=tomorrow), key=waiting.key("join")
        )
    except Conflict as full:
        refusal = full.code
    else:
        refusal = "none"
    await scheduling.join_waitlist(group, JoinWaitlist(episode_id=waiting.episode_id), key=waiting.key("wait"))
    ended = EndMembership(from_day=tomorrow, reason_code="patient_asked")
    await scheduling.leave_group(places[0].membership_id, ended, key=members[0].key("leave"))
    await scheduling.keep_apart(
        waiting.episode_id, KeepApart(patient_ids=(members[0].patient_id,)), key=waiting.key("apart")
    )
    roster = await scheduling.roster(group)
    return FullGroup(refusal, frozenset(member.episode_id for member in roster.members))


async def miss_come_back_and_amend(harbor: Harbor, story: Story) -> BookingView:
    """The first session is missed, the next attended; after the week's close the miss turns out to be a mistake."""
    begun = harbor.today()
    closed_at = harbor.at(begun + WEEK, time(0)) + CLOSED_AFTER
    seats = [one for one in await _seats(harbor, story) if one.modality is Modality.GROUP_THERAPY]
    missed, *_ = sorted(seats, key=lambda one: one.starts_at)
    await harbor.until(missed.starts_at + timedelta(minutes=31))
    await _record(harbor, story, missed, AttendanceState.UNEXCUSED_NO_SHOW)
    story.attended.add(missed.booking_id)
    await story.attend(closed_at)
    await _closed(harbor, story, begun)
    await _record(harbor, story, missed, AttendanceState.PRESENT)
    return missed


async def _closed(harbor: Harbor, story: Story, starts_on: date) -> WeekView:
    """A week of a patient, as soon as it has been closed."""

    async def found() -> Sequence[WeekView]:
        weeks = (await harbor.lead.scheduling.weeks(story.episode_id)).weeks
        return [week for week in weeks if week.week_starts_on == starts_on]

    return (await eventually(found, until=bool, within_s=20))[0]


async def _record(harbor: Harbor, story: Story, seat: BookingView, state: AttendanceState) -> None:
    minutes = 0 if state is AttendanceState.UNEXCUSED_NO_SHOW else minutes_of(seat)
    await harbor.lead.scheduling.record_attendance(
        seat.booking_id, RecordAttendance(state=state, minutes=minutes), key=story.key(f"{state}-{seat.booking_id}")
    )


async def _sessions(harbor: Harbor, group_id: UUID) -> list[UUID]:
    """Sessions of a group that lie ahead, by start."""
    begin = harbor.now()
    found = await harbor.lead.scheduling.sessions(harborlight.FACILITY, begin, begin + 4 * WEEK)
    return [one.session_id for one in found.sessions if one.group_id == group_id]


async def _seats(harbor: Harbor, story: Story) -> list[BookingView]:
    listed = await harbor.lead.scheduling.bookings(story.episode_id)
    return [seat for seat in listed.bookings if seat.state == "booked" and seat.attendance is None]


async def _seat(harbor: Harbor, story: Story, booking_id: UUID) -> BookingView:
    return next(seat for seat in await _seats(harbor, story) if seat.booking_id == booking_id)


def _day(seat: BookingView) -> date:
    return local_at(seat.starts_at, harborlight.ZONE).date()
