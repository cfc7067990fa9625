"""The demonstration facility: two programs, their groups, a timetable; all ids are fixed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from stepwell_contracts.http.notifications import OnCallPerson, SetOnCall
from stepwell_contracts.http.scheduling import (
    FacilityReference,
    GroupReference,
    ProgramReference,
    PublishReference,
    RoomReference,
    ScheduleSession,
    StaffReference,
    TrackReference,
)
from stepwell_kernel.codes import LevelOfCare, Modality, Role
from stepwell_kernel.scheduling_codes import WorkshopTopic


def demo_id(number: int) -> UUID:
    """An id of the demonstration network."""
    return UUID(f"0193a000-0000-7000-8000-{number:012x}")


TENANT = "riverbend"
ZONE = "America/New_York"
FACILITY = demo_id(0x001)
INTENSIVE_PROGRAM = demo_id(0x011)
OUTPATIENT_PROGRAM = demo_id(0x012)
EVENING_TRACK = demo_id(0x021)
STEP_DOWN_TRACK = demo_id(0x022)

INTAKE_COORDINATOR = demo_id(0x101)
COUNSELOR = demo_id(0x102)
SCHEDULER = demo_id(0x103)
PRESCRIBER = demo_id(0x104)
NURSE = demo_id(0x105)
SUPERVISOR = demo_id(0x106)
OPERATOR = demo_id(0x107)
ADMINISTRATOR = demo_id(0x108)

#: The number that the text messages come from, and that replies go to.
SENDER_NUMBER = "+12025550144"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly meeting of a group: weekday from Monday 0, local start, minutes, room."""

    group_id: UUID
    program_id: UUID
    modality: Modality
    weekday: int
    starts: time
    minutes: int
    room_id: UUID
    clinician_id: UUID = COUNSELOR

    def on(self, day: date) -> ScheduleSession:
        """The session on a local day of that weekday."""
        return ScheduleSession(
            starts_local=datetime.combine(day, self.starts),
            minutes=self.minutes,
            clinician_id=self.clinician_id,
            room_id=self.room_id,
        )


def _meeting(
    number: int,
    program: UUID,
    modality: Modality,
    weekday: int,
    starts: time,
    minutes: int,
    clinician_id: UUID = COUNSELOR,
) -> Meeting:
    return Meeting(demo_id(0x030 + number), program, modality, weekday, starts, minutes, demo_id(0x040), clinician_id)


#: Nine hours a week in all five modalities for the intensive program, ninety minutes for the one after it.
TIMETABLE: tuple[Meeting, ...] = (
    _meeting(1, INTENSIVE_PROGRAM, Modality.GROUP_THERAPY, 0, time(17, 30), 120),
    _meeting(2, INTENSIVE_PROGRAM, Modality.EDUCATIONAL_WORKSHOP, 0, time(19, 30), 60),
    _meeting(3, INTENSIVE_PROGRAM, Modality.GROUP_THERAPY, 2, time(17, 30), 120),
    _meeting(4, INTENSIVE_PROGRAM, Modality.FAMILY_THERAPY, 2, time(19, 30), 60),
    _meeting(5, INTENSIVE_PROGRAM, Modality.GROUP_THERAPY, 4, time(17, 30), 90),
    _meeting(6, INTENSIVE_PROGRAM, Modality.INDIVIDUAL_THERAPY, 4, time(19, 0), 60),
    _meeting(7, INTENSIVE_PROGRAM, Modality.MEDICATION_MANAGEMENT, 4, time(20, 0), 30, PRESCRIBER),
    _meeting(8, OUTPATIENT_PROGRAM, Modality.GROUP_THERAPY, 1, time(18, 0), 90),
)

PRESCRIBED_MINUTES = sum(meeting.minutes for meeting in TIMETABLE if meeting.program_id == INTENSIVE_PROGRAM)
STEP_DOWN_MINUTES = sum(meeting.minutes for meeting in TIMETABLE if meeting.program_id == OUTPATIENT_PROGRAM)


@dataclass(frozen=True, slots=True)
class Place:
    """A facility with its zone and its weekly timetable."""

    facility_id: UUID
    zone: str
    timetable: tuple[Meeting, ...]


RIVERBEND = Place(FACILITY, ZONE, TIMETABLE)


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Where the patient of a story is treated, and for how many minutes a week."""

    facility_id: UUID
    program_id: UUID
    minutes_per_week: int
    zone: str
    discloser: str


AT_RIVERBEND = Enrollment(FACILITY, INTENSIVE_PROGRAM, PRESCRIBED_MINUTES, ZONE, "Riverbend Center")


def reference() -> PublishReference:
    """The facility's reference data."""
    return PublishReference(
        facility=FacilityReference(
            neutral_name="Riverbend Center",
            callback_number="+12025550143",
            zone=ZONE,
            holidays=(date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)),
        ),
        programs=(
            ProgramReference(
                program_id=INTENSIVE_PROGRAM,
                program_type="IOP",
                level_of_care=LevelOfCare.INTENSIVE_OUTPATIENT,
                minutes_per_week=PRESCRIBED_MINUTES,
            ),
            ProgramReference(
                program_id=OUTPATIENT_PROGRAM,
                program_type="OP",
                level_of_care=LevelOfCare.OUTPATIENT,
                minutes_per_week=STEP_DOWN_MINUTES,
            ),
        ),
        tracks=(
            TrackReference(track_id=EVENING_TRACK, program_id=INTENSIVE_PROGRAM, kind="evening"),
            TrackReference(track_id=STEP_DOWN_TRACK, program_id=OUTPATIENT_PROGRAM, kind="evening"),
        ),
        groups=tuple(_group(meeting) for meeting in TIMETABLE),
        staff=(
            StaffReference(staff_id=COUNSELOR, roles=(Role.COUNSELOR,), credentials=("lpc",)),
            StaffReference(staff_id=PRESCRIBER, roles=(Role.PRESCRIBER,), credentials=("md",)),
            StaffReference(staff_id=NURSE, roles=(Role.NURSE,), credentials=("rn",)),
        ),
        rooms=(RoomReference(room_id=demo_id(0x040), seats=12),),
    )


def on_call() -> SetOnCall:
    """The facility's roster; pages go to addresses that nobody has."""
    return SetOnCall(
        people=(
            OnCallPerson(staff_id=COUNSELOR, address="pager.counselor@staff.example.org"),
            OnCallPerson(staff_id=SUPERVISOR, address="pager.supervisor@staff.example.org"),
            OnCallPerson(staff_id=PRESCRIBER, address="pager.prescriber@staff.example.org"),
        )
    )


def _group(meeting: Meeting) -> GroupReference:
    track = EVENING_TRACK if meeting.program_id == INTENSIVE_PROGRAM else STEP_DOWN_TRACK
    workshop = meeting.modality is Modality.EDUCATIONAL_WORKSHOP
    return GroupReference(
        group_id=meeting.group_id,
        track_id=track,
        modality=meeting.modality,
        capacity=8,
        topic=WorkshopTopic.RELAPSE_PREVENTION if workshop else None,
    )
