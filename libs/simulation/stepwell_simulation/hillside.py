"""The network's second facility, an hour to the west: one intensive program, for patients who are transferred."""

from datetime import time

from stepwell_contracts.http.scheduling import (
    FacilityReference,
    GroupReference,
    ProgramReference,
    PublishReference,
    RoomReference,
    StaffReference,
    TrackReference,
)
from stepwell_kernel.codes import LevelOfCare, Modality, Role
from stepwell_simulation.network import Meeting, Place, demo_id

ZONE = "America/Chicago"
FACILITY = demo_id(0x002)
PROGRAM = demo_id(0x013)
TRACK = demo_id(0x023)
ROOM = demo_id(0x041)
LEAD = demo_id(0x1A1)


def _meeting(number: int, weekday: int) -> Meeting:
    return Meeting(
        demo_id(0x050 + number), PROGRAM, Modality.GROUP_THERAPY, weekday, time(17, 30), 180, ROOM, clinician_id=LEAD
    )


#: Nine hours a week, three evenings of three hours.
TIMETABLE = (_meeting(1, 0), _meeting(2, 2), _meeting(3, 3))
MINUTES = sum(meeting.minutes for meeting in TIMETABLE)
PLACE = Place(FACILITY, ZONE, TIMETABLE)


def reference() -> PublishReference:
    """The facility's reference data."""
    return PublishReference(
        facility=FacilityReference(
            neutral_name="Hillside Center", callback_number="+12025550178", zone=ZONE, holidays=()
        ),
        programs=(
            ProgramReference(
                program_id=PROGRAM,
                program_type="IOP",
                level_of_care=LevelOfCare.INTENSIVE_OUTPATIENT,
                minutes_per_week=MINUTES,
            ),
        ),
        tracks=(TrackReference(track_id=TRACK, program_id=PROGRAM, kind="evening"),),
        groups=tuple(
            GroupReference(group_id=meeting.group_id, track_id=TRACK, modality=meeting.modality, capacity=8)
            for meeting in TIMETABLE
        ),
        staff=(StaffReference(staff_id=LEAD, roles=(Role.COUNSELOR,), credentials=("lcsw",)),),
        rooms=(RoomReference(room_id=ROOM, seats=12),),
    )
