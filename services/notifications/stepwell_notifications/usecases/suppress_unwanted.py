"""Let nothing go out that the patient does not want any more."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_notifications.domain.messages import CHANNELS, Message, telling_reason
from stepwell_notifications.domain.preferences import CATEGORIES
from stepwell_notifications.store.messages import open_of_patient
from stepwell_notifications.store.opt_outs import stands_against
from stepwell_notifications.store.permissions import permitted_channels
from stepwell_notifications.usecases.suppress import suppress
from stepwell_postgres.transaction import Transaction


async def suppress_unwanted(tx: Transaction, patient_id: UUID) -> None:
    """Suppress the open messages for which no channel is left, or not the one that they are going out by.

    Where it is not known which channels the patient allowed, all count. The last look before sending asks again, for
    the address too.
    """
    permitted = await permitted_channels(tx, patient_id)
    ways = tuple(channel for channel in CHANNELS if channel in permitted) or CHANNELS
    for message in await open_of_patient(tx, patient_id):
        channels = ways if message.channel is None else (message.channel,)
        if reason := await _reason_against(tx, message, channels):
            await suppress(tx, [message], reason)


async def _reason_against(tx: Transaction, message: Message, channels: Sequence[Channel]) -> str | None:
    category = CATEGORIES.get(message.template)
    reasons = [await stands_against(tx, None, message.patient_id, channel, category) for channel in channels]
    against = [reason for reason in reasons if reason is not None]
    return telling_reason(against) if len(against) == len(channels) else None
