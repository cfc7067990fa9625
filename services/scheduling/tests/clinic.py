"""A small clinic for tests of scheduling: a facility with two programs, published; episodes; sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stepwell_contracts.http.scheduling import (
    BookSeat,
    FacilityReference,
    GroupReference,
    ProgramReference,
    PublishReference,
    RoomReference,
    ScheduleSession,
    SeatBooked,
    SessionPlanned,
    StaffReference,
    TrackReference,
)
from stepwell_kernel.codes import AgeBand, LevelOfCare, Modality, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.store.episodes import keep_episode
from stepwell_scheduling.usecases.book_seat import book_seat
from stepwell_scheduling.usecases.publish_reference import publish_reference
from stepwell_scheduling.usecases.schedule_session import schedule_session
from stepwell_testing.edge import ServiceEdge

ZONE = "America/New_York"


@dataclass(frozen=True)
class Clinic:
    """A published facility."""

    edge: ServiceEdge
    facility: UUID
    intensive: UUID
    outpatient: UUID
    group: UUID
    step_down_group: UUID
    clinicians: tuple[UUID, ...]
    rooms: tuple[UUID, ...]

    async def session(
        self, starts_at: datetime, *, minutes: int = 60, group: UUID | None = None, place: int = 0
    ) -> SessionPlanned:
        """A planned session of the intensive group, in the n-th room."""
        command = ScheduleSession(
            starts_local=local_at(starts_at, ZONE),
            minutes=minutes,
            clinician_id=self.clinicians[place],
            room_id=self.rooms[place],
        )
        async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
            return await schedule_session(tx, group or self.group, command)

    async def episode(self, phase: Phase = Phase.TREATMENT) -> Episode:
        """An episode as intake's events told it."""
        episode = Episode(new_id(), new_id(), self.facility, self.intensive, AgeBand.ADULT, phase, 540)
        async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
            await keep_episode(tx, episode, 1)
        return episode

    async def book(self, session_id: UUID, episode: Episode) -> SeatBooked:
        """A seat."""
        async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
            return await book_seat(tx, session_id, BookSeat(episode_id=episode.episode_id))

    def tomorrow(self) -> datetime:
        """This time tomorrow."""
        return self.edge.clock.now() + timedelta(days=1)


async def open_clinic(edge: ServiceEdge, *, capacity: int = 8) -> Clinic:
    """Publish a facility and return it."""
    facility, intensive, outpatient = new_id(), new_id(), new_id()
    tracks, groups = (new_id(), new_id()), (new_id(), new_id())
    clinicians, rooms = (new_id(), new_id()), (new_id(), new_id())
    document = PublishReference(
        facility=FacilityReference(neutral_name="North Center", callback_number="+12025550100", zone=ZONE),
        programs=(
            ProgramReference(
                program_id=intensive,
                program_type="IOP",
                level_of_care=LevelOfCare.INTENSIVE_OUTPATIENT,
                minutes_per_week=540,
            ),
            ProgramReference(
                program_id=outpatient,
                program_type="OP",
                level_of_care=LevelOfCare.OUTPATIENT,
                minutes_per_week=90,
            ),
        ),
        tracks=(
            TrackReference(track_id=tracks[0], program_id=intensive, kind="evening"),
            TrackReference(track_id=tracks[1], program_id=outpatient, kind="evening"),
        ),
        groups=(
            GroupReference(group_id=groups[0], track_id=tracks[0], modality=Modality.GROUP_THERAPY, capacity=capacity),
            GroupReference(group_id=groups[1], track_id=tracks[1], modality=Modality.GROUP_THERAPY, capacity=capacity),
        ),
        staff=tuple(StaffReference(staff_id=clinician, roles=(Role.COUNSELOR,)) for clinician in clinicians),
        rooms=tuple(RoomReference(room_id=room, seats=20) for room in rooms),
    )
    async with edge.transactions(edge.person(Role.ADMINISTRATOR)) as tx:
        await publish_reference(tx, facility, document)
    return Clinic(edge, facility, intensive, outpatient, *groups, clinicians, rooms)
