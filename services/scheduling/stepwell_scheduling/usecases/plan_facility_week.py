"""Plan the weeks of all episodes of a facility that begin in seven days."""

from stepwell_contracts.activities import ActionResult, PlanWeek
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility, lock_patients, patient_stream
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import PLAN_FACILITY_WEEK
from stepwell_scheduling.domain.planning.weeks import EpisodeWeek, own_week
from stepwell_scheduling.store.plans import planned_at
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.usecases.publish_weeks import publish_weeks


async def plan_facility_week(tx: Transaction, command: PlanWeek) -> ActionResult:
    """Book what is missing in each one's own week; who changes program at this moment is planned after the change.

    All episodes are planned in one transaction, so that the hardest to place come first. Raises Unavailable
    (`facility_not_known_yet`), Conflict (`level_not_planned`).
    """
    facility_id = command.key.facility_id
    tx.authorize(PLAN_FACILITY_WEEK, Resource(tx.tenant, "facility", facility_id, facility_id))
    facility = await find_facility(tx, facility_id)
    await lock_patients(tx, [planned.episode.patient_id for planned in await planned_at(tx, facility_id)])
    await lock_facility(tx, facility_id)
    locked = [
        planned
        for planned in await planned_at(tx, facility_id)
        if patient_stream(tx, planned.episode.patient_id) in tx.versions and not planned.exchange_open
    ]
    weeks = (
        EpisodeWeek(planned, starts_on)
        for planned in locked
        if planned.weeks_from and (starts_on := own_week(planned.weeks_from, command.week_starts_on))
    )
    await publish_weeks(tx, facility, list(weeks))
    return ActionResult(accepted=True, subject_id=facility_id)
