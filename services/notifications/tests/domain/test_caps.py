"""Caps of outreach. Source: 47 CFR 64.1200(a)(9)(iv), one health care text a day and three a week."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from stepwell_notifications.domain.caps import CapRule, reached_cap

CAPS = (CapRule("cap.day", "1", 1, 1), CapRule("cap.week", "1", 3, 7))
NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "reached"),
    [
        ((), None),
        (("2026-03-09 15:00",), "cap.day"),
        (("2026-03-09 04:00",), "cap.day"),
        (("2026-03-09 03:59:59",), None),
        (("2026-03-08 15:00", "2026-03-07 15:00"), None),
        (("2026-03-08 15:00", "2026-03-07 15:00", "2026-03-03 05:00"), "cap.week"),
        (("2026-03-08 15:00", "2026-03-07 15:00", "2026-03-03 04:59:59"), None),
    ],
    ids=[
        "none",
        "one today",
        "one in the first second of the local day, in summer time",
        "one in the last second of the day before",
        "two in the week",
        "three in seven days",
        "the third a second before the seven days, in winter time",
    ],
)
def test_one_a_day_and_three_a_week(sent: Sequence[str], reached: str | None) -> None:
    cap = reached_cap(CAPS, [utc(text) for text in sent], utc("2026-03-09 18:00"), NEW_YORK)
    assert (cap.rule_id if cap else None) == reached
