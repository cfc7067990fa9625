"""A running clinic for slice tests: its staff signed in, its clock in hand, patients at will."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from stepwell_contracts.http.intake import CareTaskView
from stepwell_contracts.http.intake_decisions import DecideDischarge
from stepwell_contracts.http.scheduling import BookingView, RecordAttendance
from stepwell_kernel.codes import AttendanceState, DischargeReason, LevelOfCare, Phase
from stepwell_kernel.decision_codes import ReferralGiven
from stepwell_kernel.local_time import local_at
from stepwell_simulation import hillside, network
from stepwell_simulation.bookings import minutes_of
from stepwell_simulation.platform import Person
from stepwell_simulation.story import Story, open_story, run_clock
from stepwell_simulation.timetable import schedule
from stepwell_testing.eventually import eventually
from tests.conftest import Whole

PLANNED_DAYS = 30


@dataclass
class Clinic:
    """Two facilities of a running platform; patients share its staff and its clock."""

    whole: Whole
    opened: Story
    supervisor: Person
    hillside: Person
    stories: list[Story] = field(default_factory=list)

    async def referred(self, name: str) -> Story:
        """A patient whose referral has arrived."""
        story = Story(
            self.whole.outside, self.opened.staff, lambda _: None, self.opened.time, email=f"{name}@example.org"
        )
        self.stories.append(story)
        await story.refer()
        return story

    async def in_treatment(self, name: str) -> Story:
        """A patient who has been admitted."""
        story = await self.referred(name)
        await story.reach()
        await story.admit()
        return story

    async def run_clock(self, factor: float) -> None:
        """Change the pace of domain time for all."""
        await run_clock(self.opened, factor)
        for story in self.stories:
            story.time = self.opened.time


async def open_clinic(whole: Whole) -> Clinic:
    """The clinic, open, with sessions at both facilities."""
    opened = await open_story(whole.outside, lambda _: None)
    lead = await whole.outside.person(hillside.LEAD)
    await schedule(lead, opened.now(), PLANNED_DAYS, hillside.PLACE)
    return Clinic(whole, opened, await whole.outside.person(network.SUPERVISOR), lead)


async def tasks(story: Story, kind: str) -> Sequence[CareTaskView]:
    """The care tasks of a kind, in the order in which they were opened."""
    return [task for task in (await story.episode()).tasks if task.kind == kind]


async def task_comes(
    story: Story, kind: str, until: Callable[[CareTaskView], bool] = lambda task: task.state == "open"
) -> CareTaskView:
    """Wait for a task of a kind that is as wanted."""

    async def wanted() -> Sequence[CareTaskView]:
        return [task for task in await tasks(story, kind) if until(task)]

    return (await eventually(wanted, until=bool, within_s=30))[0]


async def record(story: Story, state: AttendanceState, *, sessions: int) -> None:
    """Record attendance of that many sessions, the earliest that have none, as soon as each has begun."""
    booked = (await story.staff.counselor.scheduling.bookings(story.episode_id)).bookings
    for booking in [one for one in booked if one.state == "booked" and one.attendance is None][:sessions]:
        await eventually(partial(_has_begun, story, booking), within_s=60)
        await story.staff.counselor.scheduling.record_attendance(
            booking.booking_id,
            RecordAttendance(state=state, minutes=minutes_of(booking) if state is AttendanceState.PRESENT else 0),
            key=story.key(f"{state}-{booking.booking_id}"),
        )


async def drop_out(story: Story) -> None:
    """The patient left against advice; aftercare begins."""
    await story.staff.counselor.intake.decide_discharge(
        story.episode_id,
        DecideDischarge(
            reason=DischargeReason.DROPPED_OUT,
            last_contact_on=local_at(story.now(), story.enrollment.zone).date(),
            level_at_discharge=LevelOfCare.INTENSIVE_OUTPATIENT,
            referrals=(ReferralGiven.NONE,),
            medication_continued=True,
        ),
        key=story.key("dropped-out"),
    )
    await story.until(Phase.AFTERCARE)


def _has_begun(story: Story, booking: BookingView) -> bool:
    return story.now() > booking.starts_at
