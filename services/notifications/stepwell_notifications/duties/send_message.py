"""Send a message that is due: ask intake, look once more and commit the attempt, hand over, commit the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_clients.intake import IntakeClient
from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Bug, NotFound, Unavailable
from stepwell_messaging.streams import lock_patient
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.providers import RESTING, Providers
from stepwell_notifications.domain.messages import CHANNELS, Message, telling_reason
from stepwell_notifications.domain.providers import next_providers
from stepwell_notifications.domain.templates import Details, write, written_language
from stepwell_notifications.store.addresses import address_hash
from stepwell_notifications.store.attempts import (
    begin_attempt,
    channel_in_doubt,
    end_not_taken,
    end_taken,
    last_refusal,
    tried,
)
from stepwell_notifications.store.messages import hold_message
from stepwell_notifications.store.providers import provider_order
from stepwell_notifications.store.reference import Facility
from stepwell_notifications.store.sender_numbers import numbers_of
from stepwell_notifications.usecases.conclude import conclude_failed, conclude_sent
from stepwell_notifications.usecases.last_look import Cleared, NotThisWay, Way, give_up, is_settled, last_look
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.keys import KeyProvider

SERVICE = "notifications"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt in the ledger, with what is needed to make it.

    `repeats` tells that an earlier one has no outcome, so that this may be the second copy to go out.
    """

    number: int
    repeats: bool
    channel: Channel
    provider: str
    letter: Letter


class SendMessage:
    """Handles `send_message`. While intake or all providers are away the duty stays due, until the message lapses."""

    def __init__(
        self, transactions: Transactions, intake: IntakeClient, providers: Providers, keys: KeyProvider
    ) -> None:
        self._transactions = transactions
        self._intake = intake
        self._providers = providers
        self._keys = keys

    async def __call__(self, duty: Duty) -> None:
        """Run the duty; Unavailable when it must be run again."""
        reasons = []
        for channel in await self._channels(duty):
            point = await self._resolve(duty, channel)
            reason = _reason_against(point) or await self._send_by(duty, channel, point)
            if reason is None:
                return
            reasons.append(reason)
        if reasons:
            await self._give_up(duty, telling_reason(reasons))

    async def _channels(self, duty: Duty) -> Sequence[Channel]:
        """The channels to try; none when its fate is sealed, or it is due later."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            if not message.is_open:
                await complete_duty(tx, duty, code=message.state)
                return ()
            if await is_settled(tx, duty, message) or tx.now < message.due_at:
                return ()
            in_doubt = await channel_in_doubt(tx, message.message_id) if message.state == "sending" else None
            return (in_doubt,) if in_doubt else CHANNELS

    async def _resolve(self, duty: Duty, channel: Channel) -> ContactPoint:
        """What intake says."""
        question = ResolveContactPoint(patient_id=UUID(duty.payload["patient_id"]), purpose="care", channel=channel)
        try:
            return await self._intake.resolve_contact_point(duty.tenant, question)
        except NotFound as error:
            return ContactPoint(permitted=False, reason_code=error.code)

    async def _send_by(self, duty: Duty, channel: Channel, point: ContactPoint) -> str | None:
        """Send by the first provider that takes it over; why not by this channel, or None when that is settled."""
        asked: list[str] = []
        code = RESTING
        while True:
            attempt = await self._begin(duty, channel, point, asked, code)
            if not isinstance(attempt, Attempt):
                return attempt
            outcome = await self._providers.send(attempt.provider, attempt.letter)
            if await self._conclude(duty, attempt, outcome):
                return None
            if isinstance(outcome, TryLater):
                code = outcome.reason_code
                if outcome.went_out_perhaps:
                    raise Unavailable(code, "nobody knows whether the message was taken over; it is tried again")
            asked.append(attempt.provider)

    async def _begin(
        self, duty: Duty, channel: Channel, point: ContactPoint, asked: Sequence[str], code: str
    ) -> Attempt | str | None:
        """Look once more and commit the attempt; why not by this channel, or None when the message is settled.

        Raises Unavailable with the code when no provider is left to ask now.
        """
        address, zone = point.address or "", point.zone or ""
        way = Way(channel, zone, address_hash(self._keys, duty.tenant, channel, address))
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            look = await last_look(tx, duty, message, way)
            if not isinstance(look, Cleared):
                return look.reason_code if isinstance(look, NotThisWay) else None
            order = await provider_order(tx, channel, look.day)
            names = next_providers(order, await tried(tx, message.message_id))
            if not names:
                await _fail(tx, duty, message, channel)
                return None
            provider = self._providers.first([name for name in names if name not in asked])
            if provider is None:
                raise Unavailable(code, "no provider takes the message now; it is tried again")
            language = written_language(point.language)
            number, repeats = await begin_attempt(
                tx, message.message_id, channel, provider, way.address_hash, language, look.quiet_version
            )
            letter = await _letter(tx, message, channel, point, language, look.facility)
            return Attempt(number, repeats, channel, provider, letter)

    async def _conclude(self, duty: Duty, attempt: Attempt, outcome: Taken | Refused | TryLater) -> bool:
        """Commit what became of the attempt; whether the message is on its way."""
        message_id, number = attempt.letter.message_id, attempt.number
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            match outcome:
                case Taken(provider_id):
                    said = "repeated" if attempt.repeats else "taken"
                    if not await end_taken(tx, message_id, number, said, provider_id):
                        return False
                    if message.is_open:
                        await conclude_sent(tx, message, attempt.channel)
                        await complete_duty(tx, duty)
                    return True
                case Refused(reason_code):
                    await end_not_taken(tx, message_id, number, reason_code, refused=True)
                case TryLater(reason_code, went_out_perhaps=False):
                    await end_not_taken(tx, message_id, number, reason_code, refused=False)
        return False

    async def _give_up(self, duty: Duty, reason_code: str) -> None:
        """No way is left."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            message = await _hold(tx, duty)
            if not await is_settled(tx, duty, message):
                await give_up(tx, duty, message, reason_code)


def _reason_against(point: ContactPoint) -> str | None:
    if not point.permitted:
        return point.reason_code or "not_permitted"
    return "contact_point_incomplete" if point.address is None or point.zone is None else None


async def _hold(tx: Transaction, duty: Duty) -> Message:
    """The message, locked after its patient's stream: the order in which consumers lock."""
    await lock_patient(tx, UUID(duty.payload["patient_id"]))
    return await hold_message(tx, UUID(duty.payload["message_id"]))


async def _fail(tx: Transaction, duty: Duty, message: Message, channel: Channel) -> None:
    """Every provider has refused it; Bug (`provider_missing`) when the rules name none."""
    reason_code = await last_refusal(tx, message.message_id)
    if reason_code is None:
        raise Bug("provider_missing", f"no provider of {channel} is in force")
    await conclude_failed(tx, message, channel, reason_code)
    await complete_duty(tx, duty)


async def _letter(
    tx: Transaction, message: Message, channel: Channel, point: ContactPoint, language: str, facility: Facility
) -> Letter:
    details = Details(facility.neutral_name, facility.callback_number, facility.zone, message.starts_at)
    wording = write(message.template, language, point.first_name or "", details)
    numbers = await numbers_of(tx, facility.facility_id) if channel is Channel.SMS else ()
    sender = numbers[0] if numbers else None
    return Letter(message.message_id, tx.tenant, point.address or "", wording, sender)
