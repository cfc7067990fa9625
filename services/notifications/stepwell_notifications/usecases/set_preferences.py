"""Say what a patient wants to be told, and by which way."""

from uuid import UUID

from stepwell_contracts.events.notifications_replies import PreferencesChanged
from stepwell_contracts.http.notifications_replies import Preferences, SetPreferences
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.access import SET_PREFERENCES, staff_of
from stepwell_notifications.domain.preferences import EVERYTHING, Wish, in_order
from stepwell_notifications.store.preferences import find_wishes, keep_wishes
from stepwell_notifications.store.reference import current_episode
from stepwell_notifications.store.views import preferences_of
from stepwell_notifications.usecases.suppress_unwanted import suppress_unwanted
from stepwell_postgres.transaction import Transaction


async def set_preferences(tx: Transaction, patient_id: UUID, command: SetPreferences) -> Preferences:
    """Put what the patient wants in the place of what they wanted before; what is due and not wanted is suppressed.

    Raises Unavailable (`patient_not_known_yet`), Forbidden (`staff_only`).
    """
    episode = await current_episode(tx, patient_id)
    tx.authorize(SET_PREFERENCES, Resource(tx.tenant, "patient", patient_id, episode.facility_id))
    staff_id = staff_of(tx.caller)
    stream = await lock_patient(tx, patient_id)
    before = await find_wishes(tx, patient_id)
    wishes = frozenset(Wish(wish.category, wish.channel) for wish in command.wanted)
    await keep_wishes(tx, patient_id, wishes, staff_id)
    if wishes != (EVERYTHING if before is None else before):
        wanted = tuple(str(wish) for wish in in_order(wishes))
        tx.emit(stream, PreferencesChanged(patient_id=patient_id, wanted=wanted))
        await suppress_unwanted(tx, patient_id)
    return await preferences_of(tx, patient_id)
