"""Rules in force on a day."""

from collections.abc import Sequence
from datetime import date, timedelta

from stepwell_kernel.errors import Bug
from stepwell_notifications.domain.pages import PageRule
from stepwell_notifications.domain.quiet_hours import QuietRule
from stepwell_postgres.transaction import Transaction

REMINDERS = """
select hours_before
from reminder_rule
where active and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by hours_before desc
"""

QUIET = """
select version, opens_at, closes_at
from quiet_rule
where jurisdiction = 'US' and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by effective_from desc
limit 1
"""

PAGE = """
select version, acknowledge_within_minutes
from page_rule
where jurisdiction = 'US' and effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by effective_from desc
limit 1
"""


async def reminder_hours(tx: Transaction, day: date) -> Sequence[int]:
    """How many hours before an appointment reminders go out, the earliest first."""
    return [row["hours_before"] for row in await tx.connection.fetch(REMINDERS, day)]


async def quiet_rule(tx: Transaction, day: date) -> QuietRule:
    """The quiet hours; Bug (`rule_missing`) when none are in force: nothing is sent without them."""
    row = await tx.connection.fetchrow(QUIET, day)
    if row is None:
        raise Bug("rule_missing", "no rule for quiet hours is in force")
    return QuietRule(row["version"], row["opens_at"], row["closes_at"])


async def page_rule(tx: Transaction, day: date) -> PageRule:
    """How long a page waits, on a day in UTC; Bug (`rule_missing`) when nothing is in force."""
    row = await tx.connection.fetchrow(PAGE, day)
    if row is None:
        raise Bug("rule_missing", "no rule for pages is in force")
    return PageRule(row["version"], timedelta(minutes=row["acknowledge_within_minutes"]))
