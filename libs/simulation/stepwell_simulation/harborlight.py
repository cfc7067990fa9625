"""The second tenant: a center with every track and kind of group, which plans its weeks, and a place that opens."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from stepwell_contracts.http.notifications import OnCallPerson, SetOnCall
from stepwell_contracts.http.scheduling import (
    FacilityReference,
    GroupReference,
    ProgramReference,
    PublishReference,
    RoomReference,
    StaffReference,
    TrackReference,
)
from stepwell_contracts.http.scheduling_timetable import StartSeries
from stepwell_kernel.codes import AgeBand, LevelOfCare, Modality, Role
from stepwell_kernel.scheduling_codes import Setting, WorkshopTopic
from stepwell_simulation.network import Enrollment, demo_id

TENANT = "harborlight"
ZONE = "America/Denver"
NORTH_ZONE = "America/Los_Angeles"
FACILITY = demo_id(0x0B1)
NORTH = demo_id(0x0B2)

INTENSIVE_PROGRAM = demo_id(0x0B3)
OUTPATIENT_PROGRAM = demo_id(0x0B4)
OPIOID_PROGRAM = demo_id(0x0B5)
NORTH_OPIOID_PROGRAM = demo_id(0x0B6)
NORTH_INTENSIVE_PROGRAM = demo_id(0x0B7)

DAY_TRACK = demo_id(0x0C1)
EVENING_TRACK = demo_id(0x0C2)
SATURDAY_TRACK = demo_id(0x0C3)
TELEHEALTH_TRACK = demo_id(0x0C4)
STEP_DOWN_TRACK = demo_id(0x0C5)

DAY_GROUP = demo_id(0x0D1)
EVENING_GROUP = demo_id(0x0D2)
SATURDAY_GROUP = demo_id(0x0D3)
TELEHEALTH_GROUP = demo_id(0x0D4)
AFTER_SCHOOL_GROUP = demo_id(0x0D5)
RELAPSE_PREVENTION = demo_id(0x0D6)
STRESS_MANAGEMENT = demo_id(0x0D7)
LIFE_SKILLS = demo_id(0x0D8)
STEP_DOWN_GROUP = demo_id(0x0D9)

LARGE_ROOM = demo_id(0x0E1)
SMALL_ROOM = demo_id(0x0E2)
OFFICE = demo_id(0x0E3)
SECOND_OFFICE = demo_id(0x0E4)

LEAD = demo_id(0x1B1)
NURSE = demo_id(0x1B2)
NORTH_NURSE = demo_id(0x1B3)
ADMINISTRATOR = demo_id(0x1B4)
OPERATOR = demo_id(0x1B5)
THERAPIST = demo_id(0x1C1)
FAMILY_THERAPIST = demo_id(0x1C2)
PRESCRIBER = demo_id(0x1C3)

#: The numbers that the text messages come from, and that replies go to.
SENDER_NUMBER = "+12025550166"
NORTH_SENDER_NUMBER = "+12025550169"


@dataclass(frozen=True, slots=True)
class Series:
    """A weekly series of a group: weekday from Monday 0, local start, minutes, who holds it, where."""

    group_id: UUID
    weekday: int
    starts: time
    minutes: int
    clinician_id: UUID
    room_id: UUID | None

    def from_day(self, day: date) -> StartSeries:
        """The series from a local day on; without a room it is held by video."""
        return StartSeries(
            weekday=self.weekday,
            starts_local=self.starts,
            minutes=self.minutes,
            clinician_id=self.clinician_id,
            room_id=self.room_id,
            setting=Setting.VIDEO if self.room_id is None else Setting.ON_SITE,
            from_day=day,
        )


#: Day 09:00 to 12:15, after school, evening, Saturday and by video.
SERIES = (
    Series(DAY_GROUP, 0, time(9), 120, THERAPIST, LARGE_ROOM),
    Series(DAY_GROUP, 2, time(9), 120, THERAPIST, LARGE_ROOM),
    Series(DAY_GROUP, 4, time(9), 120, THERAPIST, LARGE_ROOM),
    Series(RELAPSE_PREVENTION, 0, time(11, 15), 60, THERAPIST, LARGE_ROOM),
    Series(STRESS_MANAGEMENT, 2, time(11, 15), 60, THERAPIST, LARGE_ROOM),
    Series(LIFE_SKILLS, 4, time(11, 15), 60, THERAPIST, LARGE_ROOM),
    Series(AFTER_SCHOOL_GROUP, 1, time(15, 30), 120, THERAPIST, SMALL_ROOM),
    Series(EVENING_GROUP, 1, time(18), 120, THERAPIST, LARGE_ROOM),
    Series(EVENING_GROUP, 3, time(18), 120, THERAPIST, LARGE_ROOM),
    Series(TELEHEALTH_GROUP, 3, time(12), 90, THERAPIST, None),
    Series(SATURDAY_GROUP, 5, time(9), 180, THERAPIST, LARGE_ROOM),
    Series(STEP_DOWN_GROUP, 3, time(16), 90, THERAPIST, SMALL_ROOM),
)

#: The least of an intensive program for adults.
MINUTES_PER_WEEK = 540
OUTPATIENT_MINUTES = 90

AT_HARBORLIGHT = Enrollment(FACILITY, INTENSIVE_PROGRAM, MINUTES_PER_WEEK, ZONE, "Harborlight Center")


def reference() -> PublishReference:
    """The center's reference data."""
    return PublishReference(
        facility=FacilityReference(
            neutral_name="Harborlight Center",
            callback_number="+12025550167",
            zone=ZONE,
            holidays=(date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)),
            jurisdiction="US-CO",
        ),
        programs=(
            ProgramReference(
                program_id=INTENSIVE_PROGRAM,
                program_type="IOP",
                level_of_care=LevelOfCare.INTENSIVE_OUTPATIENT,
                minutes_per_week=MINUTES_PER_WEEK,
                plans_weeks=True,
            ),
            ProgramReference(
                program_id=OUTPATIENT_PROGRAM,
                program_type="OP",
                level_of_care=LevelOfCare.OUTPATIENT,
                minutes_per_week=OUTPATIENT_MINUTES,
                plans_weeks=True,
            ),
            ProgramReference(
                program_id=OPIOID_PROGRAM,
                program_type="OTP",
                level_of_care=LevelOfCare.OUTPATIENT,
                minutes_per_week=0,
            ),
        ),
        tracks=(
            TrackReference(track_id=DAY_TRACK, program_id=INTENSIVE_PROGRAM, kind="day"),
            TrackReference(track_id=EVENING_TRACK, program_id=INTENSIVE_PROGRAM, kind="evening"),
            TrackReference(track_id=SATURDAY_TRACK, program_id=INTENSIVE_PROGRAM, kind="weekend"),
            TrackReference(track_id=TELEHEALTH_TRACK, program_id=INTENSIVE_PROGRAM, kind="telehealth"),
            TrackReference(track_id=STEP_DOWN_TRACK, program_id=OUTPATIENT_PROGRAM, kind="evening"),
        ),
        groups=_groups(),
        staff=_staff(),
        rooms=(
            RoomReference(room_id=LARGE_ROOM, seats=16),
            RoomReference(room_id=SMALL_ROOM, seats=12),
            RoomReference(room_id=OFFICE, seats=4),
            RoomReference(room_id=SECOND_OFFICE, seats=4),
        ),
    )


def north_reference() -> PublishReference:
    """The reference data of the second place, whose intensive program has no groups yet."""
    return PublishReference(
        facility=FacilityReference(
            neutral_name="Harborlight North", callback_number="+12025550168", zone=NORTH_ZONE, jurisdiction="US-CA"
        ),
        programs=(
            ProgramReference(
                program_id=NORTH_OPIOID_PROGRAM,
                program_type="OTP",
                level_of_care=LevelOfCare.OUTPATIENT,
                minutes_per_week=0,
            ),
            ProgramReference(
                program_id=NORTH_INTENSIVE_PROGRAM,
                program_type="IOP",
                level_of_care=LevelOfCare.INTENSIVE_OUTPATIENT,
                minutes_per_week=MINUTES_PER_WEEK,
            ),
        ),
        tracks=(),
        groups=(),
        staff=(StaffReference(staff_id=NORTH_NURSE, roles=(Role.NURSE,), credentials=("rn",)),),
        rooms=(),
    )


def on_call() -> SetOnCall:
    """The center's roster; pages go to addresses that nobody has."""
    return SetOnCall(
        people=(
            OnCallPerson(staff_id=THERAPIST, address="pager.therapist@staff.example.org"),
            OnCallPerson(staff_id=LEAD, address="pager.lead@staff.example.org"),
        )
    )


def _groups() -> tuple[GroupReference, ...]:
    therapy, workshop = Modality.GROUP_THERAPY, Modality.EDUCATIONAL_WORKSHOP
    return (
        GroupReference(group_id=DAY_GROUP, track_id=DAY_TRACK, modality=therapy, capacity=10, age_band=AgeBand.ADULT),
        GroupReference(
            group_id=EVENING_GROUP,
            track_id=EVENING_TRACK,
            modality=therapy,
            capacity=10,
            is_open=False,
            age_band=AgeBand.ADULT,
        ),
        GroupReference(
            group_id=SATURDAY_GROUP, track_id=SATURDAY_TRACK, modality=therapy, capacity=2, age_band=AgeBand.ADULT
        ),
        GroupReference(
            group_id=TELEHEALTH_GROUP, track_id=TELEHEALTH_TRACK, modality=therapy, capacity=8, age_band=AgeBand.ADULT
        ),
        GroupReference(
            group_id=AFTER_SCHOOL_GROUP, track_id=DAY_TRACK, modality=therapy, capacity=8, age_band=AgeBand.ADOLESCENT
        ),
        GroupReference(
            group_id=RELAPSE_PREVENTION,
            track_id=DAY_TRACK,
            modality=workshop,
            capacity=15,
            topic=WorkshopTopic.RELAPSE_PREVENTION,
        ),
        GroupReference(
            group_id=STRESS_MANAGEMENT,
            track_id=DAY_TRACK,
            modality=workshop,
            capacity=15,
            topic=WorkshopTopic.STRESS_MANAGEMENT,
        ),
        GroupReference(
            group_id=LIFE_SKILLS,
            track_id=DAY_TRACK,
            modality=workshop,
            capacity=15,
            topic=WorkshopTopic.LIFE_SKILLS,
        ),
        GroupReference(group_id=STEP_DOWN_GROUP, track_id=STEP_DOWN_TRACK, modality=therapy, capacity=10),
    )


def _staff() -> tuple[StaffReference, ...]:
    clinical = (Role.INTAKE_COORDINATOR, Role.COUNSELOR, Role.SCHEDULER, Role.NURSE, Role.SUPERVISOR)
    return (
        StaffReference(staff_id=LEAD, roles=clinical, credentials=("lpc", "license_us_co")),
        StaffReference(staff_id=NURSE, roles=(Role.NURSE,), credentials=("rn",)),
        StaffReference(
            staff_id=THERAPIST,
            roles=(Role.COUNSELOR,),
            credentials=("lcsw", "license_us_co"),
            languages=("en", "es"),
        ),
        StaffReference(staff_id=FAMILY_THERAPIST, roles=(Role.COUNSELOR,), credentials=("lmft", "license_us_co")),
        StaffReference(staff_id=PRESCRIBER, roles=(Role.PRESCRIBER,), credentials=("md", "license_us_co")),
    )
