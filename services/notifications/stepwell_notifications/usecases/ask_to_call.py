"""Ask a patient to call the facility."""

from uuid import UUID

from stepwell_contracts.http.notifications_delivery import AskedToCall
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.access import ASK_TO_CALL, staff_of
from stepwell_notifications.domain.messages import NEWS_IS_USEFUL_FOR, OVER, Message
from stepwell_notifications.store.messages import open_of_patient
from stepwell_notifications.store.reference import Episode, find_episode, find_facility
from stepwell_notifications.usecases.last_look import outreach_cap
from stepwell_notifications.usecases.plan_messages import plan
from stepwell_postgres.transaction import Transaction


async def ask_to_call(tx: Transaction, episode_id: UUID) -> AskedToCall:
    """Plan the message for now; quiet hours, permission and wishes are kept when it goes out, and the cap once more.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Conflict (`episode_over`, `asked_already`
    while one is on its way, `outreach_cap_reached`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(ASK_TO_CALL, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    await lock_patient(tx, episode.patient_id)
    await _check(tx, await find_episode(tx, episode_id))
    message = Message(
        message_id=new_id(),
        facility_id=episode.facility_id,
        episode_id=episode_id,
        patient_id=episode.patient_id,
        template=MessageTemplate.PLEASE_CALL,
        about=episode_id,
        due_at=tx.now,
        useful_until=tx.now + NEWS_IS_USEFUL_FOR,
    )
    await plan(tx, message, staff_of(tx.caller))
    return AskedToCall(message_id=message.message_id)


async def _check(tx: Transaction, episode: Episode) -> None:
    if episode.phase in OVER:
        raise Conflict("episode_over", "the episode is over", rule="please_call.in_care")
    under_way = await open_of_patient(tx, episode.patient_id)
    if any(message.template is MessageTemplate.PLEASE_CALL for message in under_way):
        raise Conflict("asked_already", "a message that asks them to call is on its way", rule="please_call.once")
    facility = await find_facility(tx, episode.facility_id)
    if cap := await outreach_cap(tx, episode.patient_id, facility.zone):
        raise Conflict("outreach_cap_reached", f"at the most {cap.most} in {cap.days} days", rule=cap.rule_id)
