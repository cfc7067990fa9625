"""The very first message to a number against an opt-out from it: nobody is known there yet, the address is locked."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifications.tests.replies_desk import NUMBER, STRANGER, ReplyDesk
from stepwell_contracts.events.notifications_replies import OptedOut
from stepwell_contracts.http.notifications_replies import InboundText
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.codes import Channel
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.domain.access import SMS_PROVIDER
from stepwell_notifications.store.addresses import address_hash, lock_address
from stepwell_notifications.store.attempts import begin_attempt
from stepwell_notifications.usecases.take_reply import take_reply
from stepwell_runtime.keys import FileKeys
from stepwell_testing.edge import TENANT
from stepwell_testing.eventually import eventually

WAITING = """
select count(*) from pg_locks l join pg_database d on d.oid = l.database
where d.datname = current_database() and l.locktype = 'advisory' and not l.granted
"""


@pytest.fixture
def keys(replies: ReplyDesk, tmp_path: Path) -> FileKeys:
    """The keys of the desk."""
    return FileKeys(tmp_path / "keys.json")


async def due_reminder(replies: ReplyDesk) -> None:
    """A reminder is due at a number that was never written to."""
    replies.reached_at(STRANGER)
    await replies.desk.book()
    replies.desk.edge.clock.pass_by(days=1, minutes=1)


async def somebody_waits(replies: ReplyDesk) -> None:
    """Until somebody waits for an address."""

    async def waiting() -> int:
        return int(await replies.desk.edge.value(WAITING))

    await eventually(waiting)


async def test_the_message_waits_for_the_opt_out_and_does_not_go_out(replies: ReplyDesk, keys: FileKeys) -> None:
    desk = replies.desk
    await due_reminder(replies)
    provider = Caller(
        CallerKind.SERVICE, TENANT, "provider/alpha", frozenset({SMS_PROVIDER}), frozenset({desk.facility})
    )
    text = InboundText(message_id="m", sender=STRANGER, to=NUMBER, text="STOP", received_at=datetime.now(UTC))
    async with desk.edge.transactions(provider) as tx:
        await take_reply(tx, keys, "alpha", desk.facility, text)
        sending = asyncio.create_task(replies.run_once())
        await somebody_waits(replies)
    await sending
    await replies.run_all()
    assert all("appointment" not in answer for answer in replies.answers())
    (fate,) = await desk.edge.rows("select state, reason_code from message where slot = '24h'")
    assert tuple(fate) == ("suppressed", "opted_out")


async def test_the_opt_out_waits_for_the_message_and_counts_for_its_patient(replies: ReplyDesk, keys: FileKeys) -> None:
    desk = replies.desk
    await due_reminder(replies)
    hashed = address_hash(keys, TENANT, Channel.SMS, STRANGER)
    message_id = await desk.edge.value("select message_id from message where slot = '24h'")
    async with desk.edge.transactions(Caller(CallerKind.DUTY, TENANT, "notifications/duty/send_message")) as tx:
        await lock_patient(tx, desk.patient)
        await lock_address(tx, hashed)
        await begin_attempt(tx, message_id, Channel.SMS, "alpha", hashed, "en")
        stopping = asyncio.create_task(replies.text("STOP", sender=STRANGER, message_id="m"))
        await somebody_waits(replies)
    refused = await stopping
    assert (refused.status_code, refused.json()["code"]) == (503, "address_changing")
    assert (await replies.text("STOP", sender=STRANGER, message_id="m")).status_code == 201
    assert await replies.events(OptedOut) == [OptedOut(patient_id=desk.patient, channel=Channel.SMS)]
