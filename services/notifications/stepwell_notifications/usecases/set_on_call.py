"""Say who is on call at a facility."""

from uuid import UUID

from stepwell_contracts.http.notifications import OnCallSet, SetOnCall
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_facility
from stepwell_notifications.domain.access import SET_ON_CALL
from stepwell_notifications.domain.on_call import OnCall, Roster, check_roster
from stepwell_notifications.store.on_call import Rosters
from stepwell_notifications.store.pages import pages_calling_nobody
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.usecases.call_next import escalate_at
from stepwell_postgres.transaction import Transaction


async def set_on_call(tx: Transaction, rosters: Rosters, facility_id: UUID, command: SetOnCall) -> OnCallSet:
    """Replace the whole roster; the same roster again keeps its version. Pages that found nobody are sent at once.

    Raises Invalid (`roster_incoherent`), Unavailable (`facility_not_known_yet`).
    """
    tx.authorize(SET_ON_CALL, Resource(tx.tenant, "facility", facility_id, facility_id))
    people = tuple(OnCall(person.staff_id, person.channel, person.address) for person in command.people)
    check_roster(people)
    await find_facility(tx, facility_id)
    await lock_facility(tx, facility_id)
    former = await rosters.find(tx, facility_id)
    roster = Roster(facility_id, former.version + 1 if former else 1, people)
    if former is not None and former.people == people:
        roster = former
    else:
        await rosters.keep(tx, roster)
    for page in await pages_calling_nobody(tx, facility_id):
        await escalate_at(tx, page, tx.now)
    return OnCallSet(facility_id=facility_id, version=roster.version, levels=roster.levels)
