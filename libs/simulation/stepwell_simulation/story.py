"""One patient's way through everything, from the referral to the closed episode, with staff doing each step."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from stepwell_contracts.http.intake import (
    Assess,
    EpisodeView,
    NewPatient,
    ReceiveReferral,
    RecordAftercareContact,
    RecordFirstContact,
    SetContactPermission,
)
from stepwell_contracts.http.intake_clinical import RecordScreen
from stepwell_contracts.http.intake_decisions import DecideAdmission, DecideDischarge, DecideStepDown, OutcomesBody
from stepwell_contracts.http.medication import ObserveDose, StartOrder, WithdrawalScore
from stepwell_contracts.http.medication_orders import CheckMonitoring
from stepwell_contracts.http.scheduling import BookingView, BookSeat, CancelBooking, RecordAttendance, SeatBooked
from stepwell_kernel.clock import ScaledTime
from stepwell_kernel.codes import (
    AttendanceState,
    Channel,
    DischargeReason,
    Instrument,
    LevelOfCare,
    PayerKind,
    Phase,
    ReferralSource,
)
from stepwell_kernel.decision_codes import (
    Arrests,
    Employment,
    LivingArrangement,
    ReferralGiven,
    SelfHelp,
    SubstanceUse,
)
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_kernel.medication_codes import LastOpioid, Medicine
from stepwell_simulation import network
from stepwell_simulation.admission import RATINGS, consent_to_treatment
from stepwell_simulation.bookings import minutes_of
from stepwell_simulation.network import Enrollment
from stepwell_simulation.platform import Person, RunningPlatform
from stepwell_simulation.timetable import publish_network, schedule

PAUSE_S = 0.1
PHASE_WITHIN_S = 60.0
PLANNED_DAYS = 45
TREATMENT = timedelta(days=14)
STEP_DOWN = timedelta(days=9)

OUTCOMES = OutcomesBody(
    substance_use=SubstanceUse.NONE,
    employment=Employment.PART_TIME,
    arrests=Arrests.NONE,
    living_arrangement=LivingArrangement.INDEPENDENT,
    self_help=SelfHelp.FOUR_TO_SEVEN,
)

Answer = TypeVar("Answer")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Staff:
    """Who acts in the story."""

    intake_coordinator: Person
    counselor: Person
    scheduler: Person
    prescriber: Person
    nurse: Person
    administrator: Person


async def sign_in(platform: RunningPlatform) -> Staff:
    """The demonstration staff."""
    return Staff(
        intake_coordinator=await platform.person(network.INTAKE_COORDINATOR),
        counselor=await platform.person(network.COUNSELOR),
        scheduler=await platform.person(network.SCHEDULER),
        prescriber=await platform.person(network.PRESCRIBER),
        nurse=await platform.person(network.NURSE),
        administrator=await platform.person(network.ADMINISTRATOR),
    )


@dataclass
class Story:
    """The episode so far. Every command's key is derived from the story's id, so a step may be repeated."""

    platform: RunningPlatform
    staff: Staff
    tell: Tell
    time: ScaledTime
    story_id: UUID = field(default_factory=new_id)
    email: str = "robin@example.org"
    phone: str | None = None
    enrollment: Enrollment = network.AT_RIVERBEND
    episode_id: UUID = field(default_factory=lambda: UUID(int=0))
    patient_id: UUID = field(default_factory=lambda: UUID(int=0))
    attended: set[UUID] = field(default_factory=set)
    calls: int = 0

    def now(self) -> datetime:
        """Domain time."""
        return self.time.domain_at(datetime.now(UTC))

    def key(self, step: str) -> str:
        """The key of a step's command."""
        return f"{self.story_id}-{step}"

    async def open_clinic(self) -> None:
        """Publish the facility and its sessions."""
        await publish_network(self.staff.administrator)
        made = await schedule(self.staff.scheduler, self.now(), PLANNED_DAYS)
        self.tell(f"the clinic is open, {made} sessions planned")

    async def refer(self) -> None:
        """Somebody is referred."""
        opened = await self.staff.intake_coordinator.intake.receive_referral(
            ReceiveReferral(
                facility_id=self.enrollment.facility_id,
                program_id=self.enrollment.program_id,
                source=ReferralSource.PROVIDER,
                payer=PayerKind.SELF_PAY,
                patient=NewPatient(
                    given_name="Robin",
                    family_name="Example",
                    born_on=datetime(1990, 5, 17, tzinfo=UTC).date(),
                    zone=self.enrollment.zone,
                    email=self.email,
                    phone=self.phone,
                ),
            ),
            key=self.key("referral"),
        )
        self.episode_id, self.patient_id = opened.episode_id, opened.patient_id
        self.tell(f"referral received, episode {self.episode_id}")

    async def reach(self) -> None:
        """The coordinator reaches the patient, who allows e-mail."""
        intake = self.staff.intake_coordinator.intake
        await intake.record_first_contact(
            self.episode_id, RecordFirstContact(spoke_with="patient"), key=self.key("contact")
        )
        await intake.set_contact_permission(
            self.patient_id, Channel.EMAIL, SetContactPermission(permitted=True), key=self.key("permission")
        )
        self.tell("first contact, e-mail allowed")

    async def assess(self) -> None:
        """Assessment, C-SSRS and consent: all that an admission needs."""
        intake = self.staff.counselor.intake
        assessed = await intake.assess(
            self.episode_id,
            Assess(ratings=RATINGS, decided=LevelOfCare.INTENSIVE_OUTPATIENT),
            key=self.key("assessment"),
        )
        await intake.record_screen(
            self.episode_id,
            RecordScreen(instrument=Instrument.C_SSRS, answers={"item_1": 0, "item_2": 0, "item_6": 0}),
            key=self.key("screen"),
        )
        consent = consent_to_treatment(self.enrollment.discloser, self._today())
        await intake.grant_consent(self.episode_id, consent, key=self.key("consent"))
        self.tell(f"level {assessed.decided} decided, screened, consent given")

    async def admit(self) -> None:
        """All that an admission needs, and the decision; then the journey moves the episode into treatment."""
        await self.assess()
        await self.staff.counselor.intake.decide_admission(
            self.episode_id,
            DecideAdmission(
                program_id=self.enrollment.program_id,
                prescribed_minutes_per_week=self.enrollment.minutes_per_week,
            ),
            key=self.key("admission"),
        )
        await self.until(Phase.TREATMENT)
        self.tell("admitted, in treatment")

    async def book(self) -> int:
        """A seat in every session of the next two weeks; one is given back, to see its reminder suppressed."""
        scheduling = self.staff.scheduler.scheduling
        begin = self.now() + timedelta(hours=12)
        found = await scheduling.sessions(network.FACILITY, begin, begin + TREATMENT, network.INTENSIVE_PROGRAM)
        booked = [seat for session in found.sessions if (seat := await self._seat(session.session_id))]
        if len(booked) > 1:
            await scheduling.cancel_booking(
                booked[-1].booking_id, CancelBooking(reason_code="patient_asked"), key=self.key("cancel")
            )
        self.tell(f"{len(booked)} seats booked, one given back")
        return len(booked)

    async def medicate(self) -> None:
        """The monitoring program is asked, buprenorphine started at a score that lets it pass, a dose observed."""
        await self.staff.prescriber.medication.check_monitoring(
            self.episode_id,
            CheckMonitoring(asked_at=self.now() - timedelta(minutes=30), summary="nothing_found"),
            key=self.key("monitoring"),
        )
        start = StartOrder(
            episode_id=self.episode_id,
            medicine=Medicine.BUPRENORPHINE_NALOXONE_SL,
            last_opioid=LastOpioid.SHORT_ACTING,
            last_opioid_at=self.now() - timedelta(hours=18),
            withdrawal=WithdrawalScore(score=12, taken_at=self.now() - timedelta(minutes=20)),
        )
        order = await self._in_care(lambda: self.staff.prescriber.medication.start_order(start, key=self.key("order")))
        await self.staff.nurse.medication.observe_dose(
            order.order_id, ObserveDose(amount_mg=Decimal(4)), key=self.key("dose")
        )
        self.tell("medication started, first dose observed")

    async def attend(self, until: datetime) -> None:
        """Record attendance of each session after its end, until an instant of domain time."""
        while self.now() < until:
            await self.record_attendance()
            await asyncio.sleep(PAUSE_S)
        await self.record_attendance()

    async def record_attendance(self) -> None:
        """Present, for every session that has ended."""
        listed = await self.staff.counselor.scheduling.bookings(self.episode_id)
        for booking in listed.bookings:
            if booking.state == "booked" and booking.ends_at <= self.now() and booking.booking_id not in self.attended:
                await self._present(booking)

    async def step_down(self) -> None:
        """The review ends in a step-down, earlier than the criteria have it; the journey carries it out."""
        await self.staff.counselor.intake.decide_step_down(
            self.episode_id,
            DecideStepDown(
                program_id=network.OUTPATIENT_PROGRAM,
                prescribed_minutes_per_week=network.STEP_DOWN_MINUTES,
                reason_code="clinical_judgement",
            ),
            key=self.key("step-down"),
        )
        await self.until(Phase.STEP_DOWN)
        self.tell("stepped down: fewer hours, seats exchanged")

    async def discharge(self) -> None:
        """Treatment is completed; aftercare begins."""
        await self.staff.counselor.intake.decide_discharge(
            self.episode_id,
            DecideDischarge(
                reason=DischargeReason.COMPLETED,
                last_contact_on=self._today(),
                level_at_discharge=LevelOfCare.OUTPATIENT,
                outcomes=OUTCOMES,
                referrals=(ReferralGiven.MUTUAL_HELP,),
                medication_continued=True,
            ),
            key=self.key("discharge"),
        )
        await self.until(Phase.AFTERCARE)
        self.tell("discharged, aftercare begins")

    async def follow_up(self, calls: int | None = None) -> None:
        """Call the patient whenever a follow-up is on the worklist: so many times, or until the episode is closed."""
        while calls is None or self.calls < calls:
            episode = await self.episode()
            if episode.phase is Phase.CLOSED:
                self.tell(f"a year later: {self.calls} follow-up calls, episode closed")
                return
            if any(task.kind == "aftercare_check" and task.state == "open" for task in episode.tasks):
                self.calls += await self._call(self.calls)
            await asyncio.sleep(PAUSE_S)

    async def episode(self) -> EpisodeView:
        """The episode as intake knows it."""
        return await self.staff.counselor.intake.episode(self.episode_id)

    async def until(self, phase: Phase) -> None:
        """Wait until the episode is in the phase; TimeoutError after a minute."""
        async with asyncio.timeout(PHASE_WITHIN_S):
            while (await self.episode()).phase is not phase:
                await asyncio.sleep(PAUSE_S)

    async def _seat(self, session_id: UUID) -> SeatBooked | None:
        """A seat, unless there is none any more."""
        scheduling, seat = self.staff.scheduler.scheduling, BookSeat(episode_id=self.episode_id)
        try:
            return await self._in_care(
                lambda: scheduling.book_seat(session_id, seat, key=self.key(f"seat-{session_id}"))
            )
        except Conflict as refusal:
            if refusal.code not in {"session_started", "session_full"}:
                raise
            return None

    async def _in_care(self, command: Callable[[], Awaitable[Answer]]) -> Answer:
        """Send a command that asks for an episode in care: other services learn of an admission after intake does."""
        async with asyncio.timeout(PHASE_WITHIN_S):
            while True:
                try:
                    return await command()
                except Conflict as refusal:
                    if refusal.code != "episode_not_in_care":
                        raise
                await asyncio.sleep(PAUSE_S)

    async def _call(self, calls: int) -> int:
        try:
            await self.staff.counselor.intake.record_aftercare_contact(
                self.episode_id, RecordAftercareContact(reached=True), key=self.key(f"call-{calls}")
            )
        except Conflict:
            return 0
        return 1

    async def _present(self, booking: BookingView) -> None:
        await self.staff.counselor.scheduling.record_attendance(
            booking.booking_id,
            RecordAttendance(state=AttendanceState.PRESENT, minutes=minutes_of(booking)),
            key=self.key(f"attendance-{booking.booking_id}"),
        )
        self.attended.add(booking.booking_id)

    def _today(self) -> date:
        """The local day where the patient is treated."""
        return local_at(self.now(), self.enrollment.zone).date()


async def open_story(platform: RunningPlatform, tell: Tell) -> Story:
    """A story with its staff signed in and the clinic open."""
    story = Story(platform, await sign_in(platform), tell, await platform.time())
    await story.open_clinic()
    return story


async def run_clock(story: Story, factor: float) -> None:
    """Change the clock's pace, in domain seconds a second, and wait until it runs so."""
    segment = await story.platform.run_clock(factor)
    await asyncio.sleep(max((segment.wall_from - datetime.now(UTC)).total_seconds(), 0))
    story.time = await story.platform.time()
