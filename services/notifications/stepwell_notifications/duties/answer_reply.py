"""Answer a reply: commit the attempt, send, commit the outcome. It asks no other service, and waits for no morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.errors import Bug, Unavailable
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.providers import RESTING, Providers
from stepwell_notifications.domain.providers import next_providers, without_waiting
from stepwell_notifications.domain.replies import IN_SPITE_OF_OPT_OUT
from stepwell_notifications.domain.templates import Details, write
from stepwell_notifications.store.addresses import lock_address
from stepwell_notifications.store.answers import Answer, Answers
from stepwell_notifications.store.attempts import begin_attempt, end_not_taken, end_taken, last_refusal, tried
from stepwell_notifications.store.opt_outs import OPTED_OUT, wants_nothing
from stepwell_notifications.store.providers import provider_order
from stepwell_notifications.store.reference import find_facility
from stepwell_notifications.usecases.conclude_answer import (
    conclude_answer_failed,
    conclude_answer_lapsed,
    conclude_answer_sent,
    conclude_answer_suppressed,
    hold_answer,
)
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
    provider: str
    letter: Letter


class AnswerReply:
    """Handles `answer_reply`. While no provider takes it the duty stays due, until the answer has lost its use."""

    def __init__(self, transactions: Transactions, providers: Providers, keys: KeyProvider) -> None:
        self._transactions = transactions
        self._providers = providers
        self._answers = Answers(keys)

    async def __call__(self, duty: Duty) -> None:
        """Run the duty; Unavailable when it must be run again."""
        asked: list[str] = []
        code = RESTING
        while (attempt := await self._begin(duty, asked, code)) is not None:
            outcome = await self._providers.send(attempt.provider, attempt.letter)
            if await self._conclude(duty, attempt, outcome):
                return
            if isinstance(outcome, TryLater):
                code = outcome.reason_code
                if outcome.went_out_perhaps:
                    raise Unavailable(code, "nobody knows whether the answer was taken over; it is tried again")
            asked.append(attempt.provider)

    async def _begin(self, duty: Duty, asked: Sequence[str], code: str) -> Attempt | None:
        """Commit the attempt; None when the answer's fate is sealed, or sealed now.

        Raises Unavailable with the code when no provider is left to ask now.
        """
        async with self._transactions(duty.caller(SERVICE)) as tx:
            answer = await hold_answer(tx, UUID(duty.payload["answer_id"]))
            if await _is_settled(tx, duty, answer):
                return None
            order = await provider_order(tx, answer.channel, tx.now.date())
            if answer.template is MessageTemplate.CRISIS_ANSWER:
                order = without_waiting(order)
            names = next_providers(order, await tried(tx, answer.answer_id))
            if not names:
                await _fail(tx, duty, answer)
                return None
            provider = self._providers.first([name for name in names if name not in asked])
            if provider is None:
                raise Unavailable(code, "no provider takes the answer now; it is tried again")
            number, repeats = await begin_attempt(
                tx, answer.answer_id, answer.channel, provider, answer.address_hash, answer.language
            )
            letter = await _letter(tx, answer, self._answers.address_of(tx, answer))
            return Attempt(number, repeats, provider, letter)

    async def _conclude(self, duty: Duty, attempt: Attempt, outcome: Taken | Refused | TryLater) -> bool:
        """Commit what became of the attempt; whether the answer is on its way."""
        answer_id, number = attempt.letter.message_id, attempt.number
        async with self._transactions(duty.caller(SERVICE)) as tx:
            answer = await hold_answer(tx, answer_id)
            match outcome:
                case Taken(provider_id):
                    said = "repeated" if attempt.repeats else "taken"
                    if not await end_taken(tx, answer_id, number, said, provider_id):
                        return False
                    if answer.is_open:
                        await conclude_answer_sent(tx, answer)
                        await complete_duty(tx, duty)
                    return True
                case Refused(reason_code):
                    await end_not_taken(tx, answer_id, number, reason_code, refused=True)
                case TryLater(reason_code, went_out_perhaps=False):
                    await end_not_taken(tx, answer_id, number, reason_code, refused=False)
        return False


async def _is_settled(tx: Transaction, duty: Duty, answer: Answer) -> bool:
    """Whether its fate is sealed, or is now: of no use any more, or an opt-out came after the reply."""
    if not answer.is_open:
        await complete_duty(tx, duty, code=answer.state)
        return True
    if tx.now >= answer.useful_until:
        await conclude_answer_lapsed(tx, answer)
        await complete_duty(tx, duty, code="lapsed")
        return True
    if answer.template in IN_SPITE_OF_OPT_OUT:
        return False
    await lock_address(tx, answer.address_hash)
    if await wants_nothing(tx, answer.address_hash, answer.patient_id, answer.channel):
        await conclude_answer_suppressed(tx, answer, OPTED_OUT)
        await complete_duty(tx, duty, code=OPTED_OUT)
        return True
    return False


async def _fail(tx: Transaction, duty: Duty, answer: Answer) -> None:
    """Every provider has refused it; Bug (`provider_missing`) when the rules name none."""
    reason_code = await last_refusal(tx, answer.answer_id)
    if reason_code is None:
        raise Bug("provider_missing", f"no provider of {answer.channel} is in force")
    await conclude_answer_failed(tx, answer, reason_code)
    await complete_duty(tx, duty, code=reason_code)


async def _letter(tx: Transaction, answer: Answer, address: str) -> Letter:
    facility = await find_facility(tx, answer.facility_id)
    details = Details(facility.neutral_name, facility.callback_number, facility.zone)
    wording = write(answer.template, answer.language, "", details)
    return Letter(answer.answer_id, tx.tenant, address, wording, answer.number)
