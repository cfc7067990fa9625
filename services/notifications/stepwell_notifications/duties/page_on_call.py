"""Call somebody on call: commit the attempt, send the page, commit the outcome. It never waits for the morning."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import Unavailable
from stepwell_notifications.channels.channel import ChannelPort, Letter, Refused, Taken, TryLater
from stepwell_notifications.domain.on_call import OnCall, Roster
from stepwell_notifications.domain.page_wording import write_page
from stepwell_notifications.domain.pages import Page
from stepwell_notifications.store.addresses import address_hash
from stepwell_notifications.store.on_call import Rosters
from stepwell_notifications.store.pages import begin_call, end_call
from stepwell_notifications.store.reference import Facility, find_facility
from stepwell_notifications.usecases.call_next import escalate_at
from stepwell_notifications.usecases.tell_page import hold_page, tell_sent
from stepwell_postgres.duties import Duty, complete_duty
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_runtime.keys import KeyProvider

SERVICE = "notifications"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt at a call in the ledger, with what is needed to make it.

    `repeats` tells that an earlier one has no outcome, so that this may be the second copy to go out.
    """

    number: int
    repeats: bool
    page: Page
    person: OnCall
    roster: Roster
    facility: Facility


class PageOnCall:
    """Handles `page_on_call`. While the channel is away the duty stays due, until the next person's turn has come."""

    def __init__(self, transactions: Transactions, channels: Mapping[Channel, ChannelPort], keys: KeyProvider) -> None:
        self._transactions = transactions
        self._channels = channels
        self._keys = keys
        self._rosters = Rosters(keys)

    async def __call__(self, duty: Duty) -> None:
        """Run the duty; Unavailable when it must be run again."""
        attempt = await self._begin(duty)
        if attempt is None:
            return
        outcome = await self._send(duty, attempt)
        await self._conclude(duty, attempt, outcome)
        if isinstance(outcome, TryLater):
            raise Unavailable(outcome.reason_code, "the page was not taken over and is tried again")

    async def _begin(self, duty: Duty) -> Attempt | None:
        """Commit the attempt; None when nobody is to be called, or somebody else."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            page = await hold_page(tx, UUID(duty.payload["page_id"]))
            if not page.is_open:
                await complete_duty(tx, duty, code=page.state)
                return None
            if str(page.call_id) != duty.key:
                await complete_duty(tx, duty, code="superseded")
                return None
            roster = await self._rosters.find(tx, page.facility_id)
            person = roster.at(page.call.level) if roster else None
            if roster is None or person is None:
                await escalate_at(tx, page, tx.now)
                await complete_duty(tx, duty, code="roster_changed")
                return None
            facility = await find_facility(tx, page.facility_id)
            number, repeats = await begin_call(tx, page, person, roster.version)
            return Attempt(number, repeats, page, person, roster, facility)

    async def _send(self, duty: Duty, attempt: Attempt) -> Taken | Refused | TryLater:
        page, person, facility = attempt.page, attempt.person, attempt.facility
        wording = write_page(page.page_id, facility.neutral_name, facility.callback_number)
        letter = Letter(page.call_id, duty.tenant, person.address, wording)
        return await self._channels[person.channel].send(letter)

    async def _conclude(self, duty: Duty, attempt: Attempt, outcome: Taken | Refused | TryLater) -> None:
        person = attempt.person
        hashed = address_hash(self._keys, duty.tenant, person.channel, person.address)
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await hold_page(tx, attempt.page.page_id)
            call_id, number = attempt.page.call_id, attempt.number
            match outcome:
                case Taken(provider_id):
                    said = "repeated" if attempt.repeats else "taken"
                    await end_call(tx, call_id, number, said, provider_id, hashed)
                    tell_sent(tx, attempt.page)
                    await complete_duty(tx, duty)
                case Refused(reason_code):
                    await end_call(tx, call_id, number, reason_code, None, hashed)
                    await _pass_over(tx, attempt, reason_code)
                    await complete_duty(tx, duty, code=reason_code)
                case TryLater(reason_code, went_out_perhaps):
                    if not went_out_perhaps:
                        await end_call(tx, call_id, number, reason_code, None, hashed)


async def _pass_over(tx: Transaction, attempt: Attempt, reason_code: str) -> None:
    """Whoever cannot be reached is not waited for; after the last, the next round keeps its time."""
    logger.error("page_refused", extra={"facility_id": str(attempt.page.facility_id), "code": reason_code})
    if attempt.page.call.level < attempt.roster.levels:
        await escalate_at(tx, attempt.page, tx.now)
