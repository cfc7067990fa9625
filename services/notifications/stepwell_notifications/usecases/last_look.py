"""The last look before a message goes out: everything that was said up to this moment counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from stepwell_kernel.codes import Channel, Phase
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.local_time import local_at
from stepwell_kernel.message_codes import MessageCategory
from stepwell_notifications.domain.caps import CapRule, reached_cap
from stepwell_notifications.domain.messages import COVERED, OUTDATED, OVER, Message
from stepwell_notifications.domain.preferences import CATEGORIES
from stepwell_notifications.domain.quiet_hours import QuietRule
from stepwell_notifications.store.addresses import lock_address
from stepwell_notifications.store.messages import covering_states, has_later_reminder, move_message, sent_since
from stepwell_notifications.store.opt_outs import stands_against
from stepwell_notifications.store.permissions import is_withdrawn
from stepwell_notifications.store.reference import Facility, find_facility, phase_of_episode
from stepwell_notifications.store.rules import cap_rules, quiet_rule
from stepwell_notifications.usecases.conclude import conclude_lapsed
from stepwell_notifications.usecases.suppress import conclude_suppressed
from stepwell_postgres.duties import Duty, cancel_duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Way:
    """A way that intake permits: channel, the recipient's zone, and the address as the ledger knows it."""

    channel: Channel
    zone: str
    address_hash: bytes


@dataclass(frozen=True, slots=True)
class Cleared:
    """Nothing stands against it."""

    facility: Facility
    day: date
    quiet_version: str


@dataclass(frozen=True, slots=True)
class NotThisWay:
    """The patient does not want it by this channel."""

    reason_code: str


async def is_settled(tx: Transaction, duty: Duty, message: Message) -> bool:
    """Whether its fate is sealed, or is now: withdrawn, or of no use any more."""
    if not message.is_open:
        return True
    if message.withdrawn is not None:
        await give_up(tx, duty, message, message.withdrawn)
    elif tx.now >= message.useful_until:
        await _lapse(tx, duty, message)
    else:
        return False
    return True


async def last_look(tx: Transaction, duty: Duty, message: Message, way: Way) -> Cleared | NotThisWay | None:
    """Whether the message may go this way now; None when it was settled here, or waits for the morning.

    Raises Unavailable while a fact is on its way that decides (`permission_in_doubt`, `reminder_before_this`).
    """
    if await is_settled(tx, duty, message):
        return None
    category = CATEGORIES.get(message.template)
    before = await covering_states(tx, message) if category is MessageCategory.REMINDERS else ()
    if reason := await _reason_to_give_up(tx, message, way, before):
        await give_up(tx, duty, message, reason)
        return None
    if await is_withdrawn(tx, message.patient_id, way.channel):
        raise Unavailable("permission_in_doubt", "intake permits what its last event withdrew")
    await lock_address(tx, way.address_hash)
    against = await stands_against(tx, way.address_hash, message.patient_id, way.channel, category)
    if against is not None:
        return NotThisWay(against)
    facility = await find_facility(tx, message.facility_id)
    day = local_at(tx.now, facility.zone).date()
    quiet = await quiet_rule(tx, day, facility.jurisdiction)
    if not quiet.allows(tx.now, way.zone):
        await _postpone(tx, duty, message, quiet, way.zone)
        return None
    if before:
        raise Unavailable("reminder_before_this", "the reminder of the appointment before this one goes first")
    return Cleared(facility, day, quiet.version)


async def give_up(tx: Transaction, duty: Duty, message: Message, reason_code: str) -> None:
    """Suppress it. The duty is cancelled, not done: an appointment that is booked again makes it due again."""
    await conclude_suppressed(tx, message, reason_code)
    await cancel_duty(tx, duty.kind, duty.key)


async def outreach_cap(tx: Transaction, patient_id: UUID, zone: str) -> CapRule | None:
    """The cap that outreach to the patient has reached, if one."""
    category = MessageCategory.OUTREACH
    caps = await cap_rules(tx, local_at(tx.now, zone).date(), category)
    templates = [template for template, kind in CATEGORIES.items() if kind is category]
    since = tx.now - timedelta(days=max((cap.days for cap in caps), default=0) + 1)
    return reached_cap(caps, await sent_since(tx, patient_id, templates, since), tx.now, zone)


async def _reason_to_give_up(tx: Transaction, message: Message, way: Way, before: Sequence[str]) -> str | None:
    phase = await phase_of_episode(tx, message.episode_id)
    if phase in OVER:
        return "episode_over"
    match CATEGORIES.get(message.template):
        case MessageCategory.REMINDERS:
            if phase is Phase.ON_HOLD:
                return "on_hold"
            if await has_later_reminder(tx, message):
                return OUTDATED
            # Sessions in a row are one visit.
            return COVERED if "sent" in before else None
        case MessageCategory.OUTREACH:
            cap = await outreach_cap(tx, message.patient_id, way.zone)
            return f"{cap.rule_id}/{cap.version}" if cap else None
    return None


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
