"""Who holds a session, where and by which rules: asked before one is put on the timetable or changed."""

from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.credentials import Clinician, check_credentials, check_license
from stepwell_scheduling.domain.reference import Facility, Group
from stepwell_scheduling.domain.sessions import Arrangement, Wish, check_place
from stepwell_scheduling.store.reference import find_clinician, seats_of_room
from stepwell_scheduling.store.timetable_rules import credential_rule, telehealth_rule, turnover_rule


async def arrange_meeting(tx: Transaction, facility: Facility, group: Group, wish: Wish) -> tuple[Arrangement, int]:
    """How a meeting of a group is held, and its seats: at most those of the room.

    Raises Invalid (`room_does_not_fit`, `not_of_facility`), Conflict (`credential_missing`, `license_missing`,
    `patient_state_unknown`).
    """
    clinician, seats = await _of_facility(tx, facility, wish)
    arrangement = await _arrangement(tx, facility, group.modality, wish, clinician, kind="group")
    return arrangement, group.capacity if seats is None else min(group.capacity, seats)


async def arrange_visit(
    tx: Transaction, facility: Facility, modality: Modality, wish: Wish, patient_jurisdiction: str | None
) -> Arrangement:
    """How a visit of one patient is held. Raises as `arrange_meeting`."""
    clinician, _ = await _of_facility(tx, facility, wish)
    return await _arrangement(
        tx, facility, modality, wish, clinician, kind="visit", patient_jurisdiction=patient_jurisdiction
    )


async def _of_facility(tx: Transaction, facility: Facility, wish: Wish) -> tuple[Clinician, int | None]:
    check_place(wish)
    clinician = await find_clinician(tx, facility.facility_id, wish.clinician_id)
    seats = None if wish.room_id is None else await seats_of_room(tx, facility.facility_id, wish.room_id)
    problems = [] if clinician else [FieldProblem("clinician_id", "does not work at this facility")]
    if wish.room_id is not None and seats is None:
        problems.append(FieldProblem("room_id", "is not a room of this facility"))
    if problems or clinician is None:
        raise Invalid("not_of_facility", "clinician and room must belong to the facility", fields=tuple(problems))
    return clinician, seats


async def _arrangement(
    tx: Transaction,
    facility: Facility,
    modality: Modality,
    wish: Wish,
    clinician: Clinician,
    *,
    kind: str,
    patient_jurisdiction: str | None = None,
) -> Arrangement:
    day = wish.starts_local.date()
    credentials = await credential_rule(tx, facility.jurisdiction, modality, day)
    check_credentials(credentials, clinician)
    licenses = await telehealth_rule(tx, facility.jurisdiction, day)
    check_license(licenses, clinician, wish.setting, patient_jurisdiction or facility.jurisdiction)
    turnover = await turnover_rule(tx, facility.jurisdiction, kind, wish.setting, day)
    return Arrangement(
        starts_local=wish.starts_local,
        zone=facility.zone,
        clinician_id=wish.clinician_id,
        room_id=wish.room_id,
        setting=wish.setting,
        turnover=turnover.time,
        rules=tuple(str(rule) for rule in (credentials.rule, licenses.rule, turnover.rule)),
        patient_jurisdiction=patient_jurisdiction,
    )
