"""Somebody answered: understand it, do what it asks for, keep that it came."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.events.notifications_replies import CrisisReplyReceived, ReplyReceived, UnmatchedCrisisReply
from stepwell_contracts.http.notifications_replies import InboundText, ReplyTaken
from stepwell_kernel.access import Resource
from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import ReplyKind
from stepwell_messaging.streams import lock_facility, lock_patients, patient_stream
from stepwell_notifications.domain.access import TAKE_REPLY
from stepwell_notifications.domain.replies import answer_to, understand
from stepwell_notifications.store.addresses import address_hash, lock_address
from stepwell_notifications.store.answers import Answers
from stepwell_notifications.store.confirmations import ToldAppointment, next_visit
from stepwell_notifications.store.opt_outs import wants_nothing
from stepwell_notifications.store.reference import CurrentEpisode, find_current_episode
from stepwell_notifications.store.replies import (
    Reply,
    insert_reply,
    patients_at,
    reply_words,
    taken_before,
)
from stepwell_notifications.usecases.confirm_appointment import confirm_appointment
from stepwell_notifications.usecases.give_answer import give_answer
from stepwell_notifications.usecases.opt_in import opt_address_and_patients_in
from stepwell_notifications.usecases.opt_out import opt_address_and_patients_out
from stepwell_notifications.usecases.raise_page import raise_facility_page, raise_page
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import KeyProvider

CHANNEL = Channel.SMS


async def take_reply(
    tx: Transaction, keys: KeyProvider, provider: str, facility_id: UUID, text: InboundText
) -> ReplyTaken:
    """Take a text message that came in to a number of the facility; one that came before has no effect.

    An address of several patients is nobody's in particular: an opt-out counts for all of them, a cry for help pages
    the facility, and nothing is confirmed. The text stays in memory.

    Raises Unavailable (`address_changing`) when a first message goes to another patient there at this moment.
    """
    tx.authorize(TAKE_REPLY, Resource(tx.tenant, "facility", facility_id, facility_id))
    hashed = address_hash(keys, tx.tenant, CHANNEL, text.sender)
    patients = await patients_at(tx, hashed, CHANNEL)
    await lock_patients(tx, patients)
    await lock_address(tx, hashed)
    if await patients_at(tx, hashed, CHANNEL) != patients:
        raise Unavailable("address_changing", "a message to another patient went to the address at this moment")
    alone = patients[0] if len(patients) == 1 else None
    opted_out = await wants_nothing(tx, hashed, alone, CHANNEL)
    understood = understand(text.text, await reply_words(tx, tx.now.date()), opted_out=opted_out)
    episode = await find_current_episode(tx, alone) if alone else None
    visit = await _visit(tx, understood.kind, alone, hashed)
    reply = Reply(
        reply_id=new_id(),
        provider=provider,
        provider_message_id=text.message_id,
        number=text.to,
        channel=CHANNEL,
        facility_id=facility_id,
        address_hash=hashed,
        understood=understood,
        patient_ids=patients,
        episode_id=episode.episode_id if episode else None,
        about=visit[0].booking_id if visit else None,
        sent_at=text.received_at,
    )
    if not await insert_reply(tx, reply):
        return ReplyTaken(reply_id=await taken_before(tx, provider, text.message_id))
    if alone:
        _tell(tx, reply, alone)
    settled = await _act(tx, reply, episode, visit)
    template = answer_to(understood.kind, known=bool(patients), opted_out=opted_out, settled=settled)
    if template:
        await give_answer(tx, Answers(keys), reply, text.sender, template)
    return ReplyTaken(reply_id=reply.reply_id)


async def _visit(tx: Transaction, kind: ReplyKind, alone: UUID | None, hashed: bytes) -> Sequence[ToldAppointment]:
    """The appointments that are confirmed, or that the patient wants at another time."""
    if alone is None or kind not in {ReplyKind.CONFIRM, ReplyKind.RESCHEDULE}:
        return ()
    return await next_visit(tx, alone, hashed)


async def _act(tx: Transaction, reply: Reply, episode: CurrentEpisode | None, visit: Sequence[ToldAppointment]) -> bool:
    """Do what the reply asks for; answers whether that settled it."""
    hashed, patients, kind = reply.address_hash, reply.patient_ids, reply.understood.kind
    settled = False
    if reply.understood.stops:
        settled = await opt_address_and_patients_out(tx, hashed, CHANNEL, patients, reply.reply_id)
    if kind is ReplyKind.CRISIS:
        await _call_for_help(tx, reply, episode)
    elif kind is ReplyKind.START:
        settled = await opt_address_and_patients_in(tx, hashed, CHANNEL, patients)
    elif kind is ReplyKind.CONFIRM:
        for appointment in visit:
            await confirm_appointment(tx, patients[0], appointment, reply.reply_id)
        settled = bool(visit)
    return settled


async def _call_for_help(tx: Transaction, reply: Reply, episode: CurrentEpisode | None) -> None:
    """Page whoever is on call where the patient is, or where the number is when nobody knows who wrote."""
    if episode is None:
        facility_id = reply.facility_id
        stream = await lock_facility(tx, facility_id)
        tx.emit(stream, UnmatchedCrisisReply(reply_id=reply.reply_id, facility_id=facility_id, channel=reply.channel))
        await raise_facility_page(tx, reply.reply_id, facility_id)
        return
    patient_id, facility_id = reply.patient_ids[0], episode.facility_id
    event = CrisisReplyReceived(reply_id=reply.reply_id, episode_id=episode.episode_id, facility_id=facility_id)
    tx.emit(patient_stream(tx, patient_id), event, episode_id=episode.episode_id)
    await raise_page(tx, reply.reply_id, facility_id, episode.episode_id, patient_id)


def _tell(tx: Transaction, reply: Reply, patient_id: UUID) -> None:
    event = ReplyReceived(
        reply_id=reply.reply_id,
        patient_id=patient_id,
        episode_id=reply.episode_id,
        channel=reply.channel,
        kind=reply.understood.kind,
        about=reply.about,
    )
    tx.emit(patient_stream(tx, patient_id), event, episode_id=reply.episode_id)
