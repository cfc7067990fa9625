"""Events of an episode as the services publish them: each service's own versions, times that a test chooses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import intake, intake_decisions, medication, notifications, scheduling
from stepwell_kernel.codes import (
    AgeBand,
    AttendanceState,
    Channel,
    DischargeReason,
    LevelOfCare,
    Modality,
    Phase,
    ReferralSource,
    Role,
    TaskKind,
    TreatmentPart,
    Urgency,
)
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_messaging.incoming import Incoming, Record
from stepwell_testing.records import TOPICS

STAFF = UUID("0193a000-0000-7000-8000-000000000102")
INTENSIVE = UUID("0193a000-0000-7000-8000-000000000011")
OUTPATIENT = UUID("0193a000-0000-7000-8000-000000000012")
PRESCRIBED = 540


@dataclass
class Episode:
    """An episode whose events are told one after the other; `at` is where its domain time stands."""

    facility_id: UUID
    at: datetime
    tenant: str = "riverbend"
    episode_id: UUID = field(default_factory=new_id)
    patient_id: UUID = field(default_factory=new_id)
    phase: Phase = Phase.REFERRAL
    incoming: list[Incoming] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    trace: str = field(default_factory=lambda: new_id().hex)

    def later(self, **span: float) -> "Episode":
        """Let time pass; what follows has a trace of its own."""
        self.at += timedelta(**span)
        self.trace = new_id().hex
        return self

    def tell(self, event: Event, *, about_episode: bool = True) -> Event:
        """Publish one event."""
        service = event.type.split(".")[1]
        self.versions[service] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.type,
            source=service,
            time=self.at,
            subject=str(self.patient_id),
            tenant=self.tenant,
            version=self.versions[service],
            episode=self.episode_id if about_episode else None,
            traceparent=f"00-{self.trace}-00f067aa0ba902b7-01",
        )
        topic = TOPICS.of(event.type).name
        record = Record(topic, 0, len(self.incoming), str(self.patient_id), (), event.model_dump_json().encode())
        self.incoming.append(Incoming(envelope, event, record))
        return event

    def of(self, service: str) -> list[Incoming]:
        """The events of one service, in its order."""
        return [one for one in self.incoming if one.envelope.source == service]

    def refer(self) -> "Episode":
        """Somebody is referred, and must be reached."""
        self.tell(
            intake.ReferralReceived(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=self.facility_id,
                program_id=INTENSIVE,
                source=ReferralSource.PROVIDER,
                urgency=Urgency.ROUTINE,
                age_band=AgeBand.ADULT,
            )
        )
        return self

    def open_task(self, kind: TaskKind, role: Role, **due_in: float) -> UUID:
        """Something waits for a person."""
        task_id = new_id()
        due_at = self.at + timedelta(**due_in)
        self.tell(
            intake.CareTaskOpened(episode_id=self.episode_id, task_id=task_id, kind=kind, role=role, due_at=due_at)
        )
        return task_id

    def escalate_task(self, task_id: UUID, role: Role) -> None:
        """A task is late."""
        due_at = self.at + timedelta(hours=4)
        self.tell(intake.CareTaskEscalated(episode_id=self.episode_id, task_id=task_id, role=role, due_at=due_at))

    def close_task(self, task_id: UUID, outcome: str = "done") -> None:
        """A task is done."""
        self.tell(intake.CareTaskClosed(episode_id=self.episode_id, task_id=task_id, outcome=outcome))

    def enter(self, phase: Phase, part: TreatmentPart | None = None, program: UUID = INTENSIVE) -> "Episode":
        """The episode enters a phase, or another part of the same one."""
        self.tell(
            intake.EpisodePhaseChanged(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=self.facility_id,
                program_id=program,
                age_band=AgeBand.ADULT,
                phase=phase,
                part=part,
                previous=self.phase,
                prescribed_minutes_per_week=PRESCRIBED if program == INTENSIVE else 90,
            )
        )
        self.phase = phase
        return self

    def permit(self, channel: Channel, *, permitted: bool = True) -> None:
        """A fact about the patient, which belongs to no episode."""
        event = intake.ContactPermissionChanged(patient_id=self.patient_id, channel=channel, permitted=permitted)
        self.tell(event, about_episode=False)

    def assess(self) -> None:
        """The level of care is decided, and consent given."""
        self.tell(
            intake.LevelOfCareDecided(
                episode_id=self.episode_id,
                assessment_id=new_id(),
                recommended=LevelOfCare.INTENSIVE_OUTPATIENT,
                decided=LevelOfCare.INTENSIVE_OUTPATIENT,
                rule_version="asam-3/1",
                decided_by=STAFF,
            )
        )
        self.tell(
            intake.ConsentGranted(
                episode_id=self.episode_id, consent_id=new_id(), purpose="treatment_payment_operations"
            )
        )

    def book(self, starts_at: datetime, modality: Modality = Modality.GROUP_THERAPY) -> UUID:
        """A seat."""
        booking_id = new_id()
        self.book_again(booking_id, starts_at, modality)
        return booking_id

    def book_again(self, booking_id: UUID, starts_at: datetime, modality: Modality = Modality.GROUP_THERAPY) -> None:
        """The seat of a booking, for the first time or once more."""
        self.tell(
            scheduling.AppointmentBooked(
                booking_id=booking_id,
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=self.facility_id,
                session_id=new_id(),
                modality=modality,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
            )
        )

    def cancel(self, booking_id: UUID) -> None:
        """A seat is given back."""
        self.tell(
            scheduling.AppointmentCancelled(
                booking_id=booking_id,
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                reason_code="patient_asked",
            )
        )

    def attend(self, booking_id: UUID, minutes: int = 120) -> None:
        """A session was attended, or missed with 0 minutes."""
        self.tell(
            scheduling.AttendanceRecorded(
                booking_id=booking_id,
                episode_id=self.episode_id,
                session_id=new_id(),
                modality=Modality.GROUP_THERAPY,
                state=AttendanceState.PRESENT if minutes else AttendanceState.UNEXCUSED_NO_SHOW,
                minutes=minutes,
            )
        )

    def close_week(self, starts_on: date, attended: int) -> None:
        """A week is over."""
        self.tell(
            scheduling.WeekClosed(
                episode_id=self.episode_id,
                week_starts_on=starts_on,
                required_minutes=PRESCRIBED,
                attended_minutes=attended,
                shortfall_minutes=max(PRESCRIBED - attended, 0),
            )
        )

    def medicate(self) -> None:
        """Medication is started, and a first dose taken."""
        order_id = new_id()
        self.tell(
            medication.OrderStarted(
                order_id=order_id,
                episode_id=self.episode_id,
                medicine="buprenorphine_naloxone_sl",
                rule_version="cows/1",
                ordered_by=STAFF,
            )
        )
        self.tell(
            medication.DoseObserved(
                dose_id=new_id(),
                order_id=order_id,
                episode_id=self.episode_id,
                medicine="buprenorphine_naloxone_sl",
                amount_mg=Decimal(4),
                observed_by=STAFF,
            )
        )

    def remind(self, booking_id: UUID) -> None:
        """A reminder goes out."""
        self.tell(
            notifications.MessageSent(
                message_id=new_id(),
                episode_id=self.episode_id,
                template=MessageTemplate.APPOINTMENT_REMINDER,
                channel=Channel.EMAIL,
                about=booking_id,
            )
        )

    def discharge(self) -> None:
        """A clinician decides the discharge."""
        self.tell(
            intake_decisions.DischargeDecided(
                episode_id=self.episode_id,
                reason=DischargeReason.COMPLETED,
                last_contact_on=self.at.date(),
                decided_by=STAFF,
            )
        )


def into_treatment(episode: Episode) -> Episode:
    """From the referral into treatment, within two days."""
    task = episode.refer().open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    episode.later(hours=3).tell(intake.FirstContactRecorded(episode_id=episode.episode_id, contacted_by=STAFF))
    episode.close_task(task)
    episode.enter(Phase.SCREENING)
    episode.permit(Channel.EMAIL)
    episode.later(hours=20).assess()
    episode.later(hours=1).tell(
        intake_decisions.AdmissionDecided(
            episode_id=episode.episode_id,
            program_id=INTENSIVE,
            prescribed_minutes_per_week=PRESCRIBED,
            decided_by=STAFF,
        )
    )
    episode.enter(Phase.ADMISSION)
    return episode.later(minutes=2).enter(Phase.TREATMENT, TreatmentPart.STABILIZE)


def week_of_care(episode: Episode, *, sessions: int = 4, missed: int = 0) -> Episode:
    """A week: seats, reminders, attendance; then it is closed."""
    begins = episode.at
    seats = [episode.book(begins + timedelta(days=1 + 2 * index)) for index in range(sessions)]
    for index, booking in enumerate(seats):
        episode.at = begins + timedelta(days=2 * index, hours=1)
        episode.later(minutes=0).remind(booking)
        episode.at = begins + timedelta(days=1 + 2 * index, hours=3)
        episode.later(minutes=0).attend(booking, 0 if index < missed else 120)
    episode.at = begins + timedelta(days=7)
    episode.later(hours=6).close_week(begins.date(), 120 * (sessions - missed))
    return episode


def reference(facility_id: UUID, name: str, zone: str, at: datetime, tenant: str = "riverbend") -> list[Incoming]:
    """The facility with its two programs, as scheduling publishes them."""
    events: Sequence[tuple[str, Event]] = (
        (
            f"facility/{facility_id}",
            scheduling.FacilityPublished(
                facility_id=facility_id,
                neutral_name=name,
                callback_number="+12025550143",
                zone=zone,
                holidays=(),
            ),
        ),
        *(
            (
                f"program/{program_id}",
                scheduling.ProgramPublished(
                    program_id=program_id,
                    facility_id=facility_id,
                    program_type=kind,
                    level_of_care=level,
                    minutes_per_week=minutes,
                ),
            )
            for program_id, kind, level, minutes in (
                (INTENSIVE, "IOP", LevelOfCare.INTENSIVE_OUTPATIENT, PRESCRIBED),
                (OUTPATIENT, "OP", LevelOfCare.OUTPATIENT, 90),
            )
        ),
    )
    return [_published(event, key, version, at, tenant) for version, (key, event) in enumerate(events, start=1)]


def _published(event: Event, key: str, version: int, at: datetime, tenant: str) -> Incoming:
    envelope = Envelope(
        id=new_id(), type=event.type, source="scheduling", time=at, subject=key, tenant=tenant, version=version
    )
    record = Record("stepwell.scheduling.reference", 0, version, key, (), event.model_dump_json().encode())
    return Incoming(envelope, event, record)
