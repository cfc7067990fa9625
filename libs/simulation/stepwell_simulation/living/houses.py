"""The facilities of the simulated network, as the people who work there know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from stepwell_kernel.codes import Role
from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.harborlight import Series
from stepwell_simulation.network import Meeting
from stepwell_simulation.profile import Home


@dataclass(frozen=True, slots=True)
class House:
    """A facility: its programs, the series of its groups, and who works there.

    `groups` are those that every patient of the intensive program joins, `later_groups` those after a step-down; where
    the weeks are planned there are none. `outpatient` is absent where nobody steps down.
    """

    home: Home
    tenant: str
    facility_id: UUID
    zone: str
    discloser: str
    intensive: UUID
    minutes: int
    series: tuple[Series, ...]
    staff: Mapping[Role, UUID]
    groups: tuple[UUID, ...] = ()
    outpatient: UUID | None = None
    outpatient_minutes: int = 0
    later_groups: tuple[UUID, ...] = ()
    plans_weeks: bool = False
    texts_from: str | None = None

    def staff_of(self, role: Role) -> UUID:
        """Who does the work of a role; the supervisor where the facility has nobody for it."""
        return self.staff.get(role, self.staff[Role.SUPERVISOR])


def _all_roles(lead: UUID, **others: UUID) -> Mapping[Role, UUID]:
    clinical = (
        Role.INTAKE_COORDINATOR,
        Role.COUNSELOR,
        Role.SCHEDULER,
        Role.PRESCRIBER,
        Role.NURSE,
        Role.SUPERVISOR,
    )
    return MappingProxyType(dict.fromkeys(clinical, lead) | {Role(name): person for name, person in others.items()})


def _weekly(meeting: Meeting) -> Series:
    return Series(
        meeting.group_id, meeting.weekday, meeting.starts, meeting.minutes, meeting.clinician_id, meeting.room_id
    )


def _groups(meetings: tuple[Meeting, ...], program_id: UUID) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(one.group_id for one in meetings if one.program_id == program_id))


RIVERBEND = House(
    home=Home.RIVERBEND,
    tenant=network.TENANT,
    facility_id=network.FACILITY,
    zone=network.ZONE,
    discloser="Riverbend Center",
    intensive=network.INTENSIVE_PROGRAM,
    minutes=network.PRESCRIBED_MINUTES,
    series=tuple(_weekly(meeting) for meeting in network.TIMETABLE),
    staff=MappingProxyType(
        {
            Role.INTAKE_COORDINATOR: network.INTAKE_COORDINATOR,
            Role.COUNSELOR: network.COUNSELOR,
            Role.SCHEDULER: network.SCHEDULER,
            Role.PRESCRIBER: network.PRESCRIBER,
            Role.NURSE: network.NURSE,
            Role.SUPERVISOR: network.SUPERVISOR,
        }
    ),
    groups=_groups(network.TIMETABLE, network.INTENSIVE_PROGRAM),
    outpatient=network.OUTPATIENT_PROGRAM,
    outpatient_minutes=network.STEP_DOWN_MINUTES,
    later_groups=_groups(network.TIMETABLE, network.OUTPATIENT_PROGRAM),
    texts_from=network.SENDER_NUMBER,
)

HILLSIDE = House(
    home=Home.HILLSIDE,
    tenant=network.TENANT,
    facility_id=hillside.FACILITY,
    zone=hillside.ZONE,
    discloser="Hillside Center",
    intensive=hillside.PROGRAM,
    minutes=hillside.MINUTES,
    series=tuple(_weekly(meeting) for meeting in hillside.TIMETABLE),
    staff=_all_roles(hillside.LEAD),
    groups=_groups(hillside.TIMETABLE, hillside.PROGRAM),
)

HARBORLIGHT = House(
    home=Home.HARBORLIGHT,
    tenant=harborlight.TENANT,
    facility_id=harborlight.FACILITY,
    zone=harborlight.ZONE,
    discloser="Harborlight Center",
    intensive=harborlight.INTENSIVE_PROGRAM,
    minutes=harborlight.MINUTES_PER_WEEK,
    series=harborlight.SERIES,
    staff=_all_roles(harborlight.LEAD, nurse=harborlight.NURSE),
    outpatient=harborlight.OUTPATIENT_PROGRAM,
    outpatient_minutes=harborlight.OUTPATIENT_MINUTES,
    plans_weeks=True,
    texts_from=harborlight.SENDER_NUMBER,
)

HOUSES: Mapping[Home, House] = MappingProxyType({house.home: house for house in (RIVERBEND, HILLSIDE, HARBORLIGHT)})
