"""Rules of notifications, as tables: a passing, a failing and a boundary row each."""

from datetime import UTC, datetime, time

import pytest

from stepwell_kernel.codes import MessageTemplate
from stepwell_kernel.errors import Bug
from stepwell_notifications.domain.quiet_hours import QuietRule, reminder_due
from stepwell_notifications.domain.templates import Appointment, write
from stepwell_notifications.domain.wording import Wording, banned_words, check_wording

NEW_YORK = "America/New_York"
RULE = QuietRule("1", time(9), time(20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "allowed"),
    [
        ("2026-03-02T14:00", True),
        ("2026-03-02T13:59", False),
        ("2026-03-03T00:59", True),
        ("2026-03-03T01:00", False),
        ("2026-03-03T01:30", False),
        ("2026-03-09T13:00", True),
    ],
    ids=["09:00", "08:59", "19:59", "20:00", "20:30", "09:00 after the clocks went forward"],
)
def test_messages_arrive_in_the_recipients_day(instant: str, *, allowed: bool) -> None:
    """TCPA: 08:00 to 21:00 recipient local time; the platform stays within 09:00 to 20:00."""
    assert RULE.allows(at(instant), NEW_YORK) is allowed


@pytest.mark.parametrize(
    ("starts_at", "due_at"),
    [
        ("2026-03-03T18:00", "2026-03-02T18:00"),
        ("2026-03-03T12:00", "2026-03-02T14:00"),
        ("2026-03-04T02:30", "2026-03-03T14:00"),
        ("2026-03-08T22:30", "2026-03-07T22:30"),
    ],
    ids=["in the day", "07:00 waits for 09:00", "21:30 waits for the morning", "a day of 23 hours"],
)
def test_reminders_leave_the_night_alone(starts_at: str, due_at: str) -> None:
    assert reminder_due(at(starts_at), 24, RULE, NEW_YORK) == at(due_at)


def test_when_the_morning_is_too_late_the_evening_before_is_taken() -> None:
    assert reminder_due(at("2026-03-03T13:00"), 2, RULE, NEW_YORK) == at("2026-03-03T00:59")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your appointment tomorrow", []),
        ("Your methadone dose", ["dose", "methadone"]),
        ("Recovery starts today", ["recovery"]),
        ("group therapy at 5", ["group", "therap"]),
        ("Come to the address below", []),
    ],
)
def test_wordings_tell_a_stranger_nothing(text: str, found: list[str]) -> None:
    """42 CFR Part 2: a message must not disclose that somebody is in treatment."""
    assert banned_words(text) == found


def test_a_template_with_a_banned_word_is_never_taken() -> None:
    with pytest.raises(Bug, match="wording_not_neutral"):
        check_wording(Wording("Your program", "See you"))


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_reminder_says_when_and_whom_to_call(language: str) -> None:
    appointment = Appointment(at("2026-03-03T22:30"), NEW_YORK, "North Center", "+12025550100")
    wording = write(MessageTemplate.APPOINTMENT_REMINDER, language, "Robin", appointment)
    assert "2026-03-03" in wording.subject
    assert all(part in wording.body for part in ("Robin", "17:30", "North Center", "+12025550100"))
