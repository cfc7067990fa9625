"""A patient withdrew a permission: let nothing be due that has no way left."""

from uuid import UUID

from stepwell_notifications.domain.preferences import CATEGORIES
from stepwell_notifications.store.messages import open_of_patient
from stepwell_notifications.store.opt_outs import stands_against
from stepwell_notifications.store.permissions import permitted_channels
from stepwell_notifications.usecases.suppress import suppress
from stepwell_postgres.transaction import Transaction


async def suppress_unpermitted(tx: Transaction, patient_id: UUID) -> None:
    """Suppress the open messages that no channel is left for; one on its way by a channel that is left goes on.

    The last look before sending asks intake again, for each channel.
    """
    permitted = await permitted_channels(tx, patient_id)
    for message in await open_of_patient(tx, patient_id):
        channels = permitted if message.channel is None else permitted & {message.channel}
        category = CATEGORIES.get(message.template)
        reasons = [await stands_against(tx, None, patient_id, channel, category) for channel in channels]
        if None not in reasons:
            await suppress(tx, [message], "permission_withdrawn")
