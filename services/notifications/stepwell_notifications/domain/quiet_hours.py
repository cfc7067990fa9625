"""Quiet hours: messages arrive in the recipient's day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from stepwell_kernel.errors import Bug
from stepwell_kernel.local_time import local_at, resolve_forward


@dataclass(frozen=True, slots=True)
class QuietRule:
    """Local hours in which messages may arrive: from `opens_at` to before `closes_at`."""

    version: str
    opens_at: time
    closes_at: time

    def allows(self, instant: datetime, zone_name: str) -> bool:
        """Whether a message may arrive at the instant."""
        return self.opens_at <= local_at(instant, zone_name).time() < self.closes_at

    def next_allowed(self, instant: datetime, zone_name: str) -> datetime:
        """The instant itself, or the next at which a message may arrive."""
        if self.allows(instant, zone_name):
            return instant
        local = local_at(instant, zone_name)
        day = local.date() if local.time() < self.opens_at else local.date() + timedelta(days=1)
        return resolve_forward(datetime.combine(day, self.opens_at), zone_name)

    def last_allowed(self, instant: datetime, zone_name: str) -> datetime:
        """The instant itself, or the last minute before it at which a message may arrive."""
        if self.allows(instant, zone_name):
            return instant
        local = local_at(instant, zone_name)
        day = local.date() if local.time() >= self.closes_at else local.date() - timedelta(days=1)
        closing = resolve_forward(datetime.combine(day, self.closes_at), zone_name)
        return closing - timedelta(minutes=1)


def strictest(rules: Sequence[QuietRule]) -> QuietRule:
    """The hours that lie inside all of the rules.

    Raises Bug (`rule_missing`) when there is none: nothing is sent without; Bug (`quiet_all_day`) when none are left.
    """
    if not rules:
        raise Bug("rule_missing", "no rule for quiet hours is in force")
    opens_at = max(rule.opens_at for rule in rules)
    closes_at = min(rule.closes_at for rule in rules)
    if opens_at >= closes_at:
        raise Bug("quiet_all_day", "the rules for quiet hours leave no hour of the day")
    return QuietRule("+".join(rule.version for rule in rules), opens_at, closes_at)


def reminder_due(starts_at: datetime, hours_before: int, rule: QuietRule, zone_name: str) -> datetime:
    """When to remind: so many hours before, out of quiet hours; never after the start.

    A time in the night moves to the morning after, or to the evening before when the morning is too late.
    """
    wanted = starts_at - timedelta(hours=hours_before)
    later = rule.next_allowed(wanted, zone_name)
    return later if later < starts_at else rule.last_allowed(wanted, zone_name)
