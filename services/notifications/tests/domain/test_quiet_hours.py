"""When a reminder may arrive: 24 h before, in the recipient's day. Source: TCPA quiet hours, kept tighter here."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, strategies as st

from stepwell_kernel.errors import Bug
from stepwell_notifications.domain.quiet_hours import QuietRule, reminder_due, strictest

RULE = QuietRule("1", time(9), time(20))
NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "allowed"),
    [
        ("2026-03-02 14:00:00", NEW_YORK, True),
        ("2026-03-02 13:59:59", NEW_YORK, False),
        ("2026-03-03 00:59:59", NEW_YORK, True),
        ("2026-03-03 01:00:00", NEW_YORK, False),
        ("2026-03-03 01:30:00", NEW_YORK, False),
        ("2026-03-03 01:30:00", "America/Los_Angeles", True),
        ("2026-03-08 12:59:59", NEW_YORK, False),
        ("2026-03-08 13:00:00", NEW_YORK, True),
        ("2026-11-01 13:59:59", NEW_YORK, False),
        ("2026-11-01 14:00:00", NEW_YORK, True),
    ],
    ids=[
        "9:00 opens",
        "a second before",
        "a second before 20:00",
        "20:00 closes",
        "20:30 in the east",
        "17:30 in the west",
        "8:59:59 in summer time",
        "9:00 on the day the clock goes forward",
        "8:59:59 in winter time",
        "9:00 on the day the clock goes back",
    ],
)
def test_messages_arrive_in_the_recipients_day(instant: str, zone: str, *, allowed: bool) -> None:
    assert RULE.allows(utc(instant), zone) is allowed


@pytest.mark.parametrize(
    ("starts_at", "due_at"),
    [
        ("2026-03-04 18:00", "2026-03-03 18:00"),
        ("2026-03-05 01:30", "2026-03-04 14:00"),
        ("2026-03-04 13:00", "2026-03-03 14:00"),
        ("2026-03-04 14:00", "2026-03-03 14:00"),
        ("2026-03-08 18:00", "2026-03-07 18:00"),
        ("2026-03-08 12:30", "2026-03-07 14:00"),
        ("2026-03-09 01:30", "2026-03-08 13:00"),
        ("2026-11-02 01:30", "2026-11-01 14:00"),
    ],
    ids=[
        "in the day",
        "20:30 the evening before waits for 9:00",
        "8:00 waits for 9:00",
        "exactly 9:00",
        "over the leap: 24 hours, 13:00 becomes 14:00",
        "7:30 waits for 9:00 winter time",
        "the night of the hour leaped over: 9:00 summer time",
        "the night of the repeated hour: 9:00 winter time",
    ],
)
def test_a_reminder_is_due_a_day_before_out_of_quiet_hours(starts_at: str, due_at: str) -> None:
    assert reminder_due(utc(starts_at), 24, RULE, NEW_YORK) == utc(due_at)


@pytest.mark.parametrize(
    ("starts_at", "due_at"),
    [
        ("2026-03-04 13:00", "2026-03-04 00:59"),
        ("2026-03-04 14:00", "2026-03-04 00:59"),
        ("2026-03-04 14:01", "2026-03-04 14:00"),
    ],
    ids=["8:00", "9:00: the morning is too late", "9:01: the morning is just in time"],
)
def test_when_the_morning_is_too_late_it_is_the_evening_before(starts_at: str, due_at: str) -> None:
    assert reminder_due(utc(starts_at), 2, RULE, NEW_YORK) == utc(due_at)


@given(
    starts_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    hours=st.sampled_from([2, 24, 72]),
    zone=st.sampled_from([NEW_YORK, "America/Phoenix", "Pacific/Honolulu", "America/St_Johns"]),
)
def test_every_reminder_is_in_the_day_and_before_the_start(starts_at: datetime, hours: int, zone: str) -> None:
    start = starts_at.replace(tzinfo=UTC)
    due_at = reminder_due(start, hours, RULE, zone)
    assert due_at < start
    assert RULE.allows(due_at, zone)


@pytest.mark.parametrize(
    ("rules", "opens_at", "closes_at"),
    [
        ([("house", 9, 20)], 9, 20),
        ([("house", 9, 20), ("federal", 8, 21)], 9, 20),
        ([("house", 9, 20), ("federal", 8, 21), ("state", 8, 20)], 9, 20),
        ([("house", 9, 20), ("state", 10, 18)], 10, 18),
        ([("house", 9, 20), ("state", 8, 10), ("other", 9, 21)], 9, 10),
    ],
    ids=["one", "the law is wider", "the state closes with the house", "a stricter state", "one hour is left"],
)
def test_the_hours_lie_inside_all_rules(rules: list[tuple[str, int, int]], opens_at: int, closes_at: int) -> None:
    """47 CFR 64.1200(c)(1), 08:00 to 21:00; states may close earlier; the house keeps 09:00 to 20:00."""
    found = strictest([QuietRule(name, time(opens), time(closes)) for name, opens, closes in rules])
    assert (found.opens_at, found.closes_at) == (time(opens_at), time(closes_at))
    assert found.version == "+".join(name for name, _, _ in rules)


@pytest.mark.parametrize(
    ("rules", "code"),
    [([], "rule_missing"), ([QuietRule("a", time(9), time(12)), QuietRule("b", time(12), time(20))], "quiet_all_day")],
    ids=["no rule", "no hour is left"],
)
def test_without_hours_nothing_is_sent(rules: list[QuietRule], code: str) -> None:
    with pytest.raises(Bug, match=code):
        strictest(rules)
