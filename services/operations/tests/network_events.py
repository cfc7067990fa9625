"""Events of a facility's timetable and of messages, as scheduling and notifications publish them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.operations.tests.episode_events import INTENSIVE, STAFF, Episode, reference
from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import (
    intake_decisions,
    notifications,
    notifications_replies,
    scheduling,
    scheduling_care,
    scheduling_timetable,
)
from stepwell_kernel.codes import AgeBand, Channel, Modality
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_kernel.scheduling_codes import Setting, WaitlistOutcome, WorkshopTopic
from stepwell_messaging.incoming import Incoming, Record

TRACK = UUID("0193a000-0000-7000-8000-000000000021")
ZONE = "America/New_York"


@dataclass
class Timetable:
    """The stream of a facility, whose events are told one after the other."""

    facility_id: UUID
    at: datetime
    tenant: str = "riverbend"
    incoming: list[Incoming] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        """Publish one event."""
        version = len(self.incoming) + 1
        envelope = Envelope(
            id=new_id(),
            type=event.type,
            source="scheduling",
            time=self.at,
            subject=str(self.facility_id),
            tenant=self.tenant,
            version=version,
        )
        record = Record(
            "stepwell.scheduling.facility",
            0,
            version,
            str(self.facility_id),
            (),
            event.model_dump_json().encode(),
        )
        self.incoming.append(Incoming(envelope, event, record))

    def meet(self, group_id: UUID, starts_at: datetime, capacity: int = 10) -> UUID:
        """A group meets."""
        session_id = new_id()
        self.tell(
            scheduling.SessionScheduled(
                session_id=session_id,
                facility_id=self.facility_id,
                group_id=group_id,
                modality=Modality.GROUP_THERAPY,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                capacity=capacity,
                setting=Setting.ON_SITE,
            )
        )
        return session_id

    def visit(self, starts_at: datetime) -> UUID:
        """One patient comes."""
        session_id = new_id()
        self.tell(
            scheduling_timetable.VisitScheduled(
                session_id=session_id,
                facility_id=self.facility_id,
                modality=Modality.INDIVIDUAL_THERAPY,
                setting=Setting.VIDEO,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                clinician_id=STAFF,
            )
        )
        return session_id

    def move(self, session_id: UUID, starts_at: datetime) -> None:
        """A session gets another time."""
        self.tell(
            scheduling_timetable.SessionChanged(
                session_id=session_id,
                facility_id=self.facility_id,
                modality=Modality.GROUP_THERAPY,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                clinician_id=STAFF,
                reason_code="staff_absent",
            )
        )

    def cancel(self, session_id: UUID, starts_at: datetime) -> None:
        """A session does not take place."""
        self.tell(
            scheduling_timetable.SessionCancelled(
                session_id=session_id,
                facility_id=self.facility_id,
                modality=Modality.GROUP_THERAPY,
                starts_at=starts_at,
                reason_code="staff_absent",
                bookings=0,
            )
        )


def clinic(
    facility_id: UUID,
    name: str,
    at: datetime,
    groups: Iterable[tuple[UUID, int, AgeBand | None]] = (),
    tenant: str = "riverbend",
) -> list[Incoming]:
    """A facility with its programs, one track of the intensive one, and groups by id, seats and age band."""
    published = reference(facility_id, name, ZONE, at, tenant)
    track = scheduling.TrackPublished(track_id=TRACK, facility_id=facility_id, program_id=INTENSIVE, kind="day")
    events: list[tuple[str, Event]] = [(f"track/{TRACK}", track)]
    for group_id, capacity, age_band in groups:
        group = scheduling.GroupPublished(
            group_id=group_id,
            facility_id=facility_id,
            track_id=TRACK,
            modality=Modality.GROUP_THERAPY,
            is_open=True,
            capacity=capacity,
            topic=WorkshopTopic.LIFE_SKILLS,
            age_band=age_band,
        )
        events.append((f"group/{group_id}", group))
    for key, event in events:
        envelope = published[0].envelope.model_copy(update={"id": new_id(), "type": event.type, "subject": key})
        record = Record("stepwell.scheduling.reference", 0, len(published), key, (), b"")
        published.append(Incoming(envelope, event, record))
    return published


def seat(episode: Episode, session_id: UUID, starts_at: datetime) -> UUID:
    """A seat in a session of the timetable."""
    booking_id = new_id()
    episode.tell(
        scheduling.AppointmentBooked(
            booking_id=booking_id,
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=episode.facility_id,
            session_id=session_id,
            modality=Modality.GROUP_THERAPY,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
        )
    )
    return booking_id


def move_seat(episode: Episode, booking_id: UUID, former: UUID, session_id: UUID, starts_at: datetime) -> None:
    """The seat is in another session."""
    episode.tell(
        scheduling_care.AppointmentMoved(
            booking_id=booking_id,
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=episode.facility_id,
            session_id=session_id,
            former_session_id=former,
            modality=Modality.GROUP_THERAPY,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            former_starts_at=starts_at - timedelta(days=1),
            reason_code="patient_asked",
        )
    )


def wait_for(episode: Episode, group_id: UUID) -> UUID:
    """The patient waits for a place in a group."""
    waitlist_id = new_id()
    episode.tell(
        scheduling_care.WaitlistJoined(waitlist_id=waitlist_id, episode_id=episode.episode_id, group_id=group_id)
    )
    return waitlist_id


def stop_waiting(episode: Episode, waitlist_id: UUID, group_id: UUID) -> None:
    """A place is found."""
    episode.tell(
        scheduling_care.WaitlistEnded(
            waitlist_id=waitlist_id,
            episode_id=episode.episode_id,
            group_id=group_id,
            outcome=WaitlistOutcome.PROMOTED,
            membership_id=new_id(),
        )
    )


def send(episode: Episode, *, delivered: bool = False) -> UUID:
    """A text goes out, and arrives or not."""
    common = {
        "message_id": new_id(),
        "episode_id": episode.episode_id,
        "template": MessageTemplate.APPOINTMENT_REMINDER,
        "channel": Channel.SMS,
        "about": new_id(),
    }
    episode.tell(notifications.MessageSent.model_validate(common))
    if delivered:
        episode.later(minutes=1).tell(notifications_replies.MessageDelivered.model_validate(common))
    return UUID(str(common["message_id"]))


def suppress(episode: Episode) -> UUID:
    """A message does not go out."""
    message_id = new_id()
    episode.tell(
        notifications.MessageSuppressed(
            message_id=message_id,
            episode_id=episode.episode_id,
            template=MessageTemplate.PLEASE_CALL,
            about=new_id(),
            reason_code="not_permitted",
        )
    )
    return message_id


def lapse(episode: Episode) -> UUID:
    """A message is too late to be of use."""
    message_id = new_id()
    episode.tell(
        notifications.MessageLapsed(
            message_id=message_id,
            episode_id=episode.episode_id,
            template=MessageTemplate.APPOINTMENT_REMINDER,
            about=new_id(),
        )
    )
    return message_id


def reply(episode: Episode, kind: ReplyKind = ReplyKind.CONFIRM, *, known_episode: bool = True) -> UUID:
    """The patient answers."""
    reply_id = new_id()
    event = notifications_replies.ReplyReceived(
        reply_id=reply_id,
        patient_id=episode.patient_id,
        episode_id=episode.episode_id if known_episode else None,
        channel=Channel.SMS,
        kind=kind,
    )
    episode.tell(event, about_episode=known_episode)
    return reply_id


def decline(episode: Episode) -> None:
    """The program is not what the person needs."""
    episode.tell(
        intake_decisions.DeclineDecided(
            episode_id=episode.episode_id, reason_code="needs_other_level", decided_by=STAFF
        )
    )
