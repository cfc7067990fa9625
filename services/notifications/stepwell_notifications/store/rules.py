"""Rules in force on a day."""

from collections.abc import Sequence
from datetime import date, timedelta

from stepwell_kernel.errors import Bug
from stepwell_kernel.message_codes import MessageCategory
from stepwell_notifications.domain.caps import CapRule
from stepwell_notifications.domain.pages import PageRule
from stepwell_notifications.domain.quiet_hours import QuietRule, strictest
from stepwell_notifications.domain.reminders import ReminderRule
from stepwell_postgres.transaction import Transaction

REMINDERS = """
select rule_id || '/' || version as version, hours_before, one_within_minutes
from reminder_rule
where active and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by hours_before desc
"""

QUIET = """
select rule_id || '/' || version as version, opens_at, closes_at
from quiet_rule
where jurisdiction in ('US', $2) and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by rule_id
"""

CAPS = """
select rule_id, version, most, days
from cap_rule
where jurisdiction = 'US' and category = $2 and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by days
"""

PAGE = """
select version, acknowledge_within_minutes
from page_rule
where jurisdiction = 'US' and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by effective_from desc
limit 1
"""


async def reminder_rules(tx: Transaction, day: date) -> Sequence[ReminderRule]:
    """The reminders that go out before an appointment, the earliest first."""
    rows = await tx.connection.fetch(REMINDERS, day)
    return [
        ReminderRule(row["version"], row["hours_before"], timedelta(minutes=row["one_within_minutes"])) for row in rows
    ]


async def quiet_rule(tx: Transaction, day: date, jurisdiction: str | None = None) -> QuietRule:
    """The quiet hours where a facility is; Bug (`rule_missing`) when none are in force: nothing is sent without."""
    rows = await tx.connection.fetch(QUIET, day, jurisdiction)
    return strictest([QuietRule(row["version"], row["opens_at"], row["closes_at"]) for row in rows])


async def cap_rules(tx: Transaction, day: date, category: MessageCategory) -> Sequence[CapRule]:
    """How many messages of a category one patient may get."""
    return [CapRule(**row) for row in await tx.connection.fetch(CAPS, day, category)]


async def page_rule(tx: Transaction, day: date) -> PageRule:
    """How long a page waits, on a day in UTC; Bug (`rule_missing`) when nothing is in force."""
    row = await tx.connection.fetchrow(PAGE, day)
    if row is None:
        raise Bug("rule_missing", "no rule for pages is in force")
    return PageRule(row["version"], timedelta(minutes=row["acknowledge_within_minutes"]))
