"""Say when a patient can come."""

from uuid import UUID

from stepwell_contracts.events.scheduling_care import AvailabilityChanged
from stepwell_contracts.http.scheduling_plans import AvailabilitySet, SetAvailability
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.access import SET_AVAILABILITY
from stepwell_scheduling.domain.planning.availability import Availability, Window, check_availability
from stepwell_scheduling.store.availability import insert_availability
from stepwell_scheduling.store.episodes import find_episode
from stepwell_scheduling.store.reference import find_clinician, find_facility


async def set_availability(tx: Transaction, episode_id: UUID, command: SetAvailability) -> AvailabilitySet:
    """Store a new version; what is booked already stays booked.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Invalid (`availability_impossible`,
    `not_of_facility`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(SET_AVAILABILITY, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    facility = await find_facility(tx, episode.facility_id)
    availability = _availability(command)
    check_availability(availability, facility.day_of(tx.now))
    preferred = command.preferred_clinician
    if preferred is not None and await find_clinician(tx, facility.facility_id, preferred) is None:
        problem = FieldProblem("preferred_clinician", "does not work at this facility")
        raise Invalid("not_of_facility", "the clinician must belong to the facility", fields=(problem,))
    await insert_availability(tx, episode_id, availability)
    event = AvailabilityChanged(
        episode_id=episode_id,
        effective_from=availability.effective_from,
        available_minutes_per_week=availability.minutes_per_week,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return AvailabilitySet(
        episode_id=episode_id,
        effective_from=availability.effective_from,
        available_minutes_per_week=availability.minutes_per_week,
    )


def _availability(command: SetAvailability) -> Availability:
    return Availability(
        effective_from=command.effective_from,
        windows=tuple(Window(one.weekday, one.opens, one.closes) for one in command.windows),
        blocked_by=command.blocked_by,
        settings=frozenset(command.settings),
        languages=frozenset(command.languages),
        preferred_clinician=command.preferred_clinician,
    )
