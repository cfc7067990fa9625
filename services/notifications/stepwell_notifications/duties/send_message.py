"""Send a message that is due: commit the attempt, ask for permission and address, send, commit the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from stepwell_clients.intake import IntakeClient
from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_kernel.codes import Channel
from stepwell_notifications.channels.channel import ChannelPort, Refused, Taken
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.domain.quiet_hours import QuietRule
from stepwell_notifications.domain.templates import Appointment, write
from stepwell_notifications.store.messages import (
    begin_attempt,
    end_attempt,
    hold_message,
    move_message,
)
from stepwell_notifications.store.reference import Facility, find_facility
from stepwell_notifications.store.rules import quiet_rule
from stepwell_notifications.usecases.conclude import conclude_failed, conclude_lapsed, conclude_sent
from stepwell_notifications.usecases.suppress import conclude_suppressed
from stepwell_postgres.duties import Duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.keys import KeyProvider, keyed_hash

SERVICE = "notifications"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt in the ledger, with what is needed to make it."""

    number: int
    message: Message
    facility: Facility
    quiet: QuietRule


class SendMessage:
    """Handles `send_message`. While intake or the channel is away the duty stays due, until the message lapses."""

    def __init__(
        self,
        transactions: Transactions,
        intake: IntakeClient,
        channels: Mapping[Channel, ChannelPort],
        keys: KeyProvider,
    ) -> None:
        self._transactions = transactions
        self._intake = intake
        self._channels = channels
        self._keys = keys

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        attempt = await self._begin(duty)
        if attempt is None:
            return
        message = attempt.message
        point = await self._intake.resolve_contact_point(
            duty.tenant,
            ResolveContactPoint(patient_id=message.patient_id, purpose="care", channel=message.channel),
        )
        if not point.permitted or point.address is None or point.zone is None:
            await self._suppress(duty, attempt, point.reason_code or "not_permitted")
            return
        now = self._transactions.clock.now()
        if not attempt.quiet.allows(now, point.zone):
            await self._postpone(duty, attempt, point.zone)
            return
        if (withdrawn := await self._withdrawn(duty, message.message_id)) is not None:
            await self._suppress(duty, attempt, withdrawn)
            return
        outcome = await self._send(attempt, point, point.address)
        await self._conclude(duty, attempt, outcome, keyed_hash_of(self._keys, duty.tenant, message, point.address))

    async def _begin(self, duty: Duty) -> Attempt | None:
        """Commit the attempt; None when the message's fate is sealed, or sealed now."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await hold_message(tx, UUID(duty.payload["message_id"]))
            if not message.is_open:
                await complete_duty(tx, duty, code=message.state)
                return None
            if message.withdrawn is not None:
                await conclude_suppressed(tx, message, message.withdrawn)
                await complete_duty(tx, duty, code="suppressed")
                return None
            if tx.now >= message.useful_until:
                await conclude_lapsed(tx, message)
                await complete_duty(tx, duty, code="lapsed")
                return None
            facility = await find_facility(tx, message.facility_id)
            number = await begin_attempt(tx, message)
            return Attempt(number, message, facility, await quiet_rule(tx, tx.now.date()))

    async def _withdrawn(self, duty: Duty, message_id: UUID) -> str | None:
        """Whether it was withdrawn while intake was asked: the last look before it goes out."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            return (await hold_message(tx, message_id)).withdrawn

    async def _send(self, attempt: Attempt, point: ContactPoint, address: str) -> Taken | Refused:
        message, facility = attempt.message, attempt.facility
        appointment = Appointment(message.starts_at, facility.zone, facility.neutral_name, facility.callback_number)
        wording = write(message.template, point.language or "en", point.first_name or "", appointment)
        return await self._channels[message.channel].send(message.message_id, address, wording)

    async def _conclude(self, duty: Duty, attempt: Attempt, outcome: Taken | Refused, address_hash: bytes) -> None:
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = attempt.message
            match outcome:
                case Taken(provider_id):
                    await end_attempt(tx, message.message_id, attempt.number, "taken", provider_id, address_hash)
                    await conclude_sent(tx, message)
                case Refused(reason_code):
                    await end_attempt(tx, message.message_id, attempt.number, reason_code, None, address_hash)
                    await conclude_failed(tx, message, reason_code)
            await complete_duty(tx, duty)

    async def _suppress(self, duty: Duty, attempt: Attempt, reason_code: str) -> None:
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = attempt.message
            await end_attempt(tx, message.message_id, attempt.number, "suppressed", None, None)
            await conclude_suppressed(tx, message, reason_code)
            await complete_duty(tx, duty, code="suppressed")

    async def _postpone(self, duty: Duty, attempt: Attempt, zone: str) -> None:
        """It is night where the recipient is: wait for the morning, or lapse when that is too late."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = attempt.message
            await end_attempt(tx, message.message_id, attempt.number, "quiet_hours", None, None)
            due_at = attempt.quiet.next_allowed(tx.now, zone)
            if due_at >= message.useful_until:
                await conclude_lapsed(tx, message)
                await complete_duty(tx, duty, code="lapsed")
                return
            await move_message(tx, replace(message, due_at=due_at))
            await schedule_duty(tx, duty.kind, duty.key, due_at, duty.payload)


def keyed_hash_of(keys: KeyProvider, tenant: str, message: Message, address: str) -> bytes:
    """The address as the ledger knows it."""
    return keyed_hash(keys.index_key(), tenant, f"address/{message.channel}", address.lower())
