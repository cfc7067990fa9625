"""A topic has one service that owns it and alone writes it: two writers have no order between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pytest
import yaml

OWNERS = {"intake", "medication", "notifications", "scheduling"}
CONSUMERS = OWNERS | {"calendars", "journeys", "operations"}

Topic = Mapping[str, Any]


def violations(topics: Sequence[Topic]) -> list[str]:
    problems = [
        f"{name} is registered {times} times"
        for name, times in Counter(topic["name"] for topic in topics).items()
        if times > 1
    ]
    listed = Counter(event for topic in topics for event in topic["events"])
    problems += [f"{event} is in {times} topics" for event, times in listed.items() if times > 1]
    for topic in topics:
        name, owner = topic["name"], topic.get("owner")
        if owner not in OWNERS:
            problems.append(f"{name} has no owner among the services: {owner}")
        if topic.get("producer") != owner:
            problems.append(f"{name} is written by {topic.get('producer')}, not by its owner {owner}")
        problems += [
            f"{name} of {owner} carries {other}"
            for other in (name, *topic["events"])
            if not other.startswith(f"stepwell.{owner}.")
        ]
        problems += [f"{name} has an unknown reader {other}" for other in set(topic["consumers"]) - CONSUMERS]
        if not topic["events"]:
            problems.append(f"{name} carries no event")
    return problems


def test_every_topic_has_one_owner() -> None:
    registry = yaml.safe_load(files("stepwell_contracts").joinpath("topics.yaml").read_text(encoding="utf-8"))
    assert registry["topics"]
    problems = violations(registry["topics"])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "billing"},
        {"owner": None},
        {"producer": "intake"},
        {"name": "stepwell.intake.patient"},
        {"events": ["stepwell.intake.referral_received.v1"]},
        {"events": []},
        {"consumers": ["nobody"]},
    ],
)
def test_a_topic_without_its_owner_is_found(change: dict[str, object]) -> None:
    topic: dict[str, object] = {
        "name": "stepwell.scheduling.patient",
        "owner": "scheduling",
        "producer": "scheduling",
        "consumers": ["operations"],
        "events": ["stepwell.scheduling.week_closed.v1"],
    }
    assert not violations([topic])
    assert violations([topic | change])


def test_a_repeated_topic_and_event_are_found() -> None:
    topic = {
        "name": "stepwell.intake.patient",
        "owner": "intake",
        "producer": "intake",
        "consumers": [],
        "events": ["stepwell.intake.referral_received.v1"],
    }
    assert len(violations([topic, topic])) == 2
