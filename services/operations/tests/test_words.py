"""How the console says things."""

from datetime import UTC, datetime, timedelta

import pytest

from stepwell_contracts.events import EVENT_TYPES
from stepwell_contracts.http.operations import TimelineEntry
from stepwell_kernel.ids import new_id
from stepwell_messaging.topics import load_topics
from stepwell_operations import words
from stepwell_operations.event_words import EVENTS
from stepwell_operations.projections.timeline import short_type

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=9, minutes=31), "9 h 31 min"),
        (timedelta(hours=10, minutes=31), "10 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=212, hours=4), "212 d"),
        (timedelta(hours=-2), "2 h"),
    ],
)
def test_a_span_is_said_by_its_two_largest_units(length: timedelta, said: str) -> None:
    assert words.span(length) == said


def test_due_times_are_ahead_or_late() -> None:
    assert words.due(NOW + timedelta(hours=3), NOW) == "in 3 h"
    assert words.due(NOW - timedelta(days=2), NOW) == "2 d late"


def test_times_are_those_of_the_facility() -> None:
    assert words.clock(NOW, NEW_YORK) == "Mon 2 Mar 2026 12:00"
    assert words.clock(datetime(2026, 3, 1, 3, 30, tzinfo=UTC), NEW_YORK) == "Sat 28 Feb 2026 22:30"


def entry(event_type: str, **facts: str) -> TimelineEntry:
    return TimelineEntry(
        event_id=new_id(), type=event_type, at=NOW, version=1, service="intake", facts=facts, trace_id=None
    )


@pytest.mark.parametrize(
    ("event_type", "facts", "said"),
    [
        (
            "appointment_booked",
            {"booking_id": "b", "modality": "group_therapy", "starts_at": "2026-03-03T22:30+00:00"},
            ["group therapy", "Tue 3 Mar 17:30"],
        ),
        (
            "appointment_booked",
            {"modality": "group_therapy", "starts_at": "2027-01-01T22:30+00:00"},
            ["group therapy", "Fri 1 Jan 2027 17:30"],
        ),
        (
            "week_closed",
            {"week_starts_on": "2026-02-23", "required_minutes": "540", "attended_minutes": "510"},
            ["8 h 30 min", "of 9 h", "week of 23 Feb 2026"],
        ),
        ("contact_permission_changed", {"channel": "sms", "permitted": "no"}, ["SMS", "withdrawn"]),
        ("episode_phase_changed", {"phase": "step_down", "previous": "treatment"}, ["step-down", "from treatment"]),
        (
            "episode_phase_changed",
            {"phase": "treatment", "part": "skills", "previous": "treatment"},
            ["treatment", "skills"],
        ),
        ("dose_observed", {"medicine": "naltrexone", "amount_mg": "4.5"}, ["naltrexone", "4.5 mg"]),
        ("something_new", {"thing_id": "x", "made_by": "y", "how_many": "3"}, ["how many 3"]),
    ],
)
def test_facts_are_said_in_words(event_type: str, facts: dict[str, str], said: list[str]) -> None:
    found = words.details(entry(event_type, **facts), NEW_YORK)
    assert [f"{detail.label} {detail.text}".strip() for detail in found] == said


def test_every_event_about_a_patient_has_words_and_only_facts_that_it_has() -> None:
    topics = load_topics()
    about_patients = {
        short_type(name): model for name, model in EVENT_TYPES.items() if topics.of(name).name.endswith(".patient")
    }
    assert set(EVENTS) == set(about_patients)
    for name, (_, facts) in EVENTS.items():
        assert {fact for fact, _ in facts} <= set(about_patients[name].model_fields)
