"""The demo staff of the local platform: invented people whom anyone at this machine may sign in as."""

from dataclasses import dataclass
from uuid import UUID

RIVERBEND = "riverbend"
RIVERBEND_FACILITY = UUID("0193a000-0000-7000-8000-000000000001")
HILLSIDE_FACILITY = UUID("0193a000-0000-7000-8000-000000000002")
HARBORLIGHT = "harborlight"
HARBORLIGHT_FACILITY = UUID("0193a000-0000-7000-8000-0000000000b1")
HARBORLIGHT_NORTH = UUID("0193a000-0000-7000-8000-0000000000b2")

_AT_RIVERBEND = frozenset({RIVERBEND_FACILITY})
_AT_HILLSIDE = frozenset({HILLSIDE_FACILITY})
_AT_HARBORLIGHT = frozenset({HARBORLIGHT_FACILITY})
_AT_HARBORLIGHT_NORTH = frozenset({HARBORLIGHT_NORTH})


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person of a tenant; `facilities` is the scope inside it, None for all of them."""

    staff_id: UUID
    name: str
    title: str
    tenant: str
    roles: tuple[str, ...]
    facilities: frozenset[UUID] | None


def _member(
    last_digits: str,
    name: str,
    title: str,
    *roles: str,
    tenant: str = RIVERBEND,
    facilities: frozenset[UUID] | None,
) -> StaffMember:
    return StaffMember(UUID(f"0193a000-0000-7000-8000-{last_digits:0>12}"), name, title, tenant, roles, facilities)


STAFF = (
    _member("101", "Avery Quinn", "Intake coordinator", "intake_coordinator", facilities=_AT_RIVERBEND),
    _member("102", "Jordan Ellis", "Counselor", "counselor", facilities=_AT_RIVERBEND),
    _member("103", "Morgan Reyes", "Scheduler", "scheduler", facilities=_AT_RIVERBEND),
    _member("104", "Dr. Sam Okafor", "Prescriber", "prescriber", facilities=_AT_RIVERBEND),
    _member("105", "Riley Chen", "Nurse", "nurse", facilities=_AT_RIVERBEND),
    _member("106", "Casey Lindholm", "Clinical supervisor", "supervisor", "counselor", facilities=_AT_RIVERBEND),
    _member("107", "Devon Marsh", "Operations", "operations", facilities=None),
    _member("108", "Harper Voss", "Administrator", "administrator", facilities=None),
    _member(
        "1a1",
        "Skyler Boone",
        "All clinical roles at the second center",
        "intake_coordinator",
        "counselor",
        "scheduler",
        "prescriber",
        "nurse",
        "supervisor",
        facilities=_AT_HILLSIDE,
    ),
    _member(
        "1b1",
        "Rowan Achebe",
        "All clinical roles",
        "intake_coordinator",
        "counselor",
        "scheduler",
        "prescriber",
        "nurse",
        "supervisor",
        tenant=HARBORLIGHT,
        facilities=_AT_HARBORLIGHT,
    ),
    _member("1b2", "Emery Castellan", "Nurse", "nurse", tenant=HARBORLIGHT, facilities=_AT_HARBORLIGHT),
    _member(
        "1b3",
        "Noor Haddad",
        "Nurse at the second center",
        "nurse",
        tenant=HARBORLIGHT,
        facilities=_AT_HARBORLIGHT_NORTH,
    ),
    _member("1b4", "Blake Soto", "Administrator", "administrator", tenant=HARBORLIGHT, facilities=None),
    _member("1b5", "Wren Takahashi", "Operations", "operations", tenant=HARBORLIGHT, facilities=None),
)


def staff_member(staff_id: str) -> StaffMember | None:
    """The member with the id that this text spells, or None."""
    try:
        wanted = UUID(staff_id)
    except ValueError:
        return None
    return next((member for member in STAFF if member.staff_id == wanted), None)
