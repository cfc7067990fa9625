"""Find a clinician and a time for a visit of one patient, and book it."""

from datetime import timedelta

from stepwell_contracts.activities import ActionResult, BookVisit
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_facility, lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import BOOK_VISIT
from stepwell_scheduling.domain.episodes import IN_CARE
from stepwell_scheduling.domain.planning.values import Need, Span
from stepwell_scheduling.domain.planning.visits import nearest_visit
from stepwell_scheduling.domain.sessions import check_visit
from stepwell_scheduling.store.plans import find_planned
from stepwell_scheduling.store.reference import find_facility
from stepwell_scheduling.usecases.pose_problem import pose_visit
from stepwell_scheduling.usecases.publish_weeks import make_visit

#: How far ahead a visit is looked for; later ones are asked for when they are nearer.
FURTHEST = timedelta(days=92)


async def book_visit(tx: Transaction, command: BookVisit) -> ActionResult:
    """Book the first free time on the day nearest to the target, when the patient can come; its booking.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Invalid (`not_a_visit`), Conflict
    (`episode_not_in_care`, `no_clinician_free`).
    """
    planned = await find_planned(tx, command.key.episode_id)
    tx.authorize(BOOK_VISIT, Resource(tx.tenant, "episode", planned.episode.episode_id, planned.episode.facility_id))
    check_visit(command.modality)
    await lock_patient(tx, planned.episode.patient_id)
    planned = await find_planned(tx, command.key.episode_id)
    if planned.episode.phase not in IN_CARE:
        raise Conflict("episode_not_in_care", f"an episode in {planned.episode.phase} has no visits", rule="seat.phase")
    await lock_facility(tx, planned.episode.facility_id)
    facility = await find_facility(tx, planned.episode.facility_id)
    begin = max(command.not_before, tx.now)
    during = Span(begin, min(command.not_after, begin + FURTHEST))
    need = Need(command.modality, command.minutes, command.minutes)
    visit = None
    if during.starts_at < during.ends_at:
        visit = nearest_visit(await pose_visit(tx, facility, planned, need, during), command.target_day)
    if visit is None:
        raise Conflict("no_clinician_free", "no clinician has a time at which the patient can come", rule="visit.free")
    booking = await make_visit(tx, facility, planned.episode, visit)
    return ActionResult(accepted=True, subject_id=booking.booking_id)
