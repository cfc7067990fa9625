"""A message on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from stepwell_kernel.codes import Channel, Phase
from stepwell_kernel.ids import derived_id
from stepwell_kernel.message_codes import MessageTemplate

#: The ways to a patient, the first one that is permitted and wanted is taken: a text message is read at once.
CHANNELS = (Channel.SMS, Channel.EMAIL)

#: Phases after which nothing is sent any more.
OVER = frozenset({Phase.DECLINED, Phase.CLOSED})

#: Reasons for a cancellation that the patient learns from nobody but us.
CANCELLED_BY_FACILITY = frozenset({"program_cancelled"})

#: Why a reminder does not go out: that of an appointment shortly before tells of the same visit.
COVERED = "covered_by_another"

#: Of the reminders of one appointment whose time has come only the last goes out.
OUTDATED = "later_reminder_due"

#: How long it is of use to know that a seat was found, or that somebody wants to talk.
NEWS_IS_USEFUL_FOR = timedelta(days=3)

#: What every way says when there is none; another reason tells more.
NO_WAY = frozenset({"not_permitted", "no_address"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message by its fate: `due`, `sending`, `sent`, `suppressed`, `lapsed` or `failed`.

    `channel` is None until an attempt chose one; `starts_at` is None when it is about no appointment. A reminder has
    the `slot` of its rule.
    """

    message_id: UUID
    facility_id: UUID
    episode_id: UUID
    patient_id: UUID
    template: MessageTemplate
    about: UUID
    due_at: datetime
    useful_until: datetime
    starts_at: datetime | None = None
    channel: Channel | None = None
    slot: str | None = None
    rule_version: str | None = None
    state: str = "due"
    withdrawn: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether its fate is not sealed."""
        return self.state in {"due", "sending"}


def reminder_id(booking_id: UUID, slot: str, starts_at: datetime) -> UUID:
    """One reminder for each slot of an appointment; at another time it is another one."""
    return derived_id(booking_id, MessageTemplate.APPOINTMENT_REMINDER, slot, starts_at.astimezone(UTC).isoformat())


def news_id(cause: UUID, template: MessageTemplate) -> UUID:
    """One message for each event that is news to the patient."""
    return derived_id(cause, template)


def telling_reason(reasons: Sequence[str]) -> str:
    """Of the reasons why no way is left, one for each, the one that tells most."""
    return next((reason for reason in reasons if reason not in NO_WAY), reasons[-1])
