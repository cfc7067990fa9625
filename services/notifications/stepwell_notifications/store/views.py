"""What the API answers about a patient's wishes."""

from uuid import UUID

from stepwell_contracts.http.notifications_replies import OptOutView, Preferences, Standing, Wish
from stepwell_notifications.domain.preferences import EVERYTHING, in_order
from stepwell_notifications.store.opt_outs import open_opt_outs
from stepwell_notifications.store.preferences import find_wishes
from stepwell_postgres.transaction import Transaction


async def preferences_of(tx: Transaction, patient_id: UUID) -> Preferences:
    """What the patient wants, and what they opted out of."""
    wishes = await find_wishes(tx, patient_id)
    wanted = in_order(EVERYTHING if wishes is None else wishes)
    return Preferences(
        patient_id=patient_id,
        said=wishes is not None,
        wanted=tuple(Wish(category=wish.category, channel=wish.channel) for wish in wanted),
        opted_out=await _opt_outs(tx, patient_id),
    )


async def standing_of(tx: Transaction, patient_id: UUID) -> Standing:
    """What the patient opted out of."""
    return Standing(patient_id=patient_id, opted_out=await _opt_outs(tx, patient_id))


async def _opt_outs(tx: Transaction, patient_id: UUID) -> tuple[OptOutView, ...]:
    return tuple(OptOutView(**row) for row in await open_opt_outs(tx, patient_id))
