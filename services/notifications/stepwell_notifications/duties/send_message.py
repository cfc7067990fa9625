"""Send a message that is due: commit the attempt, ask for permission and address, send, commit the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from stepwell_clients.intake import IntakeClient
from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import NotFound, Unavailable
from stepwell_kernel.local_time import local_at
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.channels.channel import ChannelPort, Refused, Taken, TryLater
from stepwell_notifications.domain.messages import Message
from stepwell_notifications.domain.quiet_hours import QuietRule
from stepwell_notifications.domain.templates import Appointment, write
from stepwell_notifications.domain.wording import banned_words
from stepwell_notifications.store.messages import begin_attempt, end_attempt, hold_message, move_message
from stepwell_notifications.store.reference import Facility, find_facility
from stepwell_notifications.store.rules import quiet_rule
from stepwell_notifications.usecases.conclude import conclude_failed, conclude_lapsed, conclude_sent
from stepwell_notifications.usecases.suppress import conclude_suppressed
from stepwell_postgres.duties import Duty, cancel_duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.keys import KeyProvider, keyed_hash

SERVICE = "notifications"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt in the ledger, with what is needed to make it.

    `repeats` tells that an earlier one has no outcome, so that this may be the second copy to go out.
    """

    number: int
    repeats: bool
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
        """Run the duty; Unavailable when it must be run again."""
        attempt = await self._begin(duty)
        if attempt is None:
            return
        point = await self._resolve(duty, attempt)
        if not await self._may_go(duty, attempt, point) or point.address is None:
            return
        outcome = await self._send(attempt, point, point.address)
        await self._conclude(duty, attempt, outcome, self._hash(duty, attempt.message, point.address))
        if isinstance(outcome, TryLater):
            raise Unavailable(outcome.reason_code, "the message was not taken over and is tried again")

    async def _begin(self, duty: Duty) -> Attempt | None:
        """Commit the attempt; None when the message's fate is sealed, or sealed now."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            if not message.is_open:
                await complete_duty(tx, duty, code=message.state)
                return None
            if message.withdrawn is not None:
                await _suppress(tx, duty, message, message.withdrawn)
                return None
            if tx.now >= message.useful_until:
                await _lapse(tx, duty, message)
                return None
            if tx.now < message.due_at:
                return None
            facility = await find_facility(tx, message.facility_id)
            quiet = await quiet_rule(tx, local_at(tx.now, facility.zone).date())
            number, repeats = await begin_attempt(tx, message)
            return Attempt(number, repeats, message, facility, quiet)

    async def _resolve(self, duty: Duty, attempt: Attempt) -> ContactPoint:
        """What intake says; an attempt that ends here is known not to have gone out."""
        message = attempt.message
        question = ResolveContactPoint(patient_id=message.patient_id, purpose="care", channel=message.channel)
        try:
            return await self._intake.resolve_contact_point(duty.tenant, question)
        except NotFound as error:
            return ContactPoint(permitted=False, reason_code=error.code)
        except Unavailable as error:
            async with self._transactions(duty.caller(SERVICE)) as tx:
                await end_attempt(tx, message.message_id, attempt.number, error.code, None, None)
            raise

    async def _may_go(self, duty: Duty, attempt: Attempt, point: ContactPoint) -> bool:
        """The last look before it goes out: everything that was said while intake was asked counts."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            if not message.is_open:
                return False
            verdict = "suppressed"
            if message.withdrawn is not None:
                await _suppress(tx, duty, message, message.withdrawn)
            elif not point.permitted:
                await _suppress(tx, duty, message, point.reason_code or "not_permitted")
            elif point.address is None or point.zone is None:
                await _suppress(tx, duty, message, "contact_point_incomplete")
            elif tx.now >= message.useful_until:
                verdict = "lapsed"
                await _lapse(tx, duty, message)
            elif not attempt.quiet.allows(tx.now, point.zone):
                verdict = "quiet_hours"
                await _postpone(tx, duty, message, attempt.quiet, point.zone)
            else:
                return True
            await end_attempt(tx, message.message_id, attempt.number, verdict, None, None)
            return False

    async def _send(self, attempt: Attempt, point: ContactPoint, address: str) -> Taken | Refused | TryLater:
        message, facility = attempt.message, attempt.facility
        if banned_words(facility.neutral_name):
            return Refused("facility_name_not_neutral")
        appointment = Appointment(message.starts_at, facility.zone, facility.neutral_name, facility.callback_number)
        wording = write(message.template, point.language or "en", point.first_name or "", appointment)
        return await self._channels[message.channel].send(message.message_id, address, wording)

    async def _conclude(
        self, duty: Duty, attempt: Attempt, outcome: Taken | Refused | TryLater, address_hash: bytes
    ) -> None:
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            match outcome:
                case Taken(provider_id):
                    said = "repeated" if attempt.repeats else "taken"
                    await end_attempt(tx, message.message_id, attempt.number, said, provider_id, address_hash)
                    await conclude_sent(tx, message)
                    await complete_duty(tx, duty)
                case Refused(reason_code):
                    await end_attempt(tx, message.message_id, attempt.number, reason_code, None, address_hash)
                    await conclude_failed(tx, message, reason_code)
                    await complete_duty(tx, duty)
                case TryLater(reason_code, went_out_perhaps):
                    if not went_out_perhaps:
                        await end_attempt(tx, message.message_id, attempt.number, reason_code, None, address_hash)

    def _hash(self, duty: Duty, message: Message, address: str) -> bytes:
        """The address as the ledger knows it."""
        return keyed_hash(self._keys.index_key(), duty.tenant, f"address/{message.channel}", address.lower())


async def _hold(tx: Transaction, duty: Duty) -> Message:
    """The message, locked after its patient's stream: the order in which consumers lock."""
    await lock_patient(tx, UUID(duty.payload["patient_id"]))
    return await hold_message(tx, UUID(duty.payload["message_id"]))


async def _suppress(tx: Transaction, duty: Duty, message: Message, reason_code: str) -> None:
    """The duty is cancelled, not done: an appointment that is booked again makes it due again."""
    await conclude_suppressed(tx, message, reason_code)
    await cancel_duty(tx, duty.kind, duty.key)


async def _lapse(tx: Transaction, duty: Duty, message: Message) -> None:
    await conclude_lapsed(tx, message)
    await complete_duty(tx, duty, code="lapsed")


async def _postpone(tx: Transaction, duty: Duty, message: Message, quiet: QuietRule, zone: str) -> None:
    """It is night where the recipient is: wait for the morning, or lapse when that is too late."""
    due_at = quiet.next_allowed(tx.now, zone)
    if due_at >= message.useful_until:
        await _lapse(tx, duty, message)
        return
    await move_message(tx, message.message_id, due_at)
    await schedule_duty(tx, duty.kind, duty.key, due_at, duty.payload)
