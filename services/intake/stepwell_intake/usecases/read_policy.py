"""The deadline rules of a program, for its journeys."""

from pydantic import ValidationError

from stepwell_contracts.activities import ReadPolicy
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_intake.domain.access import READ_POLICY
from stepwell_intake.store.deadlines import deadline_rules
from stepwell_intake.store.reference import find_facility, find_program
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction


async def read_policy(tx: Transaction, question: ReadPolicy) -> JourneyPolicy:
    """The rules in force at the instant, with zone and holidays, as one document.

    Raises Unavailable (`facility_not_known_yet`), Invalid (`program_not_of_facility`), Bug (`rule_missing`).
    """
    tx.authorize(READ_POLICY, Resource(tx.tenant, "facility", question.facility_id, question.facility_id))
    facility = await find_facility(tx, question.facility_id)
    program = await find_program(tx, question.facility_id, question.program_id)
    rules = await deadline_rules(tx, facility.day_of(question.as_of), program.program_type)
    place = {
        "version": f"{rules.version}+{facility.version}",
        "zone": facility.zone,
        "holidays": facility.holidays,
    }
    try:
        return JourneyPolicy.model_validate({**rules.values, **place})
    except ValidationError as error:
        raise Bug("rule_missing", f"the deadlines of {program.program_type} are not complete: {error}") from error
