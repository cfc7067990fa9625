"""Events as contracts: each has a topic, a stored schema and an example, and reads both ways."""

import json
from typing import Any

import pytest

from stepwell_contracts.base import Event
from stepwell_contracts.events import ALL_EVENTS, EVENT_TYPES
from stepwell_contracts.journey import JOURNEY_EVENTS
from stepwell_messaging.topics import load_topics
from stepwell_testing.schemas import example_file, schema_file

BY_TYPE = sorted(ALL_EVENTS, key=lambda event: event.type)
COMMAND = "python -m stepwell_testing.schemas"


def stored(event: type[Event], *, schema: bool) -> dict[str, Any]:
    path = schema_file(event) if schema else example_file(event)
    assert path.exists(), f"{path.name} is missing; `{COMMAND}` stores it"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def narrowed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What today's schema refuses or lacks that the stored one allowed or promised."""
    problems = [f"{name} is gone" for name in old["properties"] if name not in new["properties"]]
    problems += [f"{name} is required now" for name in new.get("required", []) if name not in old.get("required", [])]
    problems += [
        f"{name} has changed"
        for name, shape in old["properties"].items()
        if name in new["properties"] and new["properties"][name] != shape
    ]
    for name, definition in old.get("$defs", {}).items():
        gone = set(definition.get("enum", [])) - set(new.get("$defs", {}).get(name, {}).get("enum", []))
        problems += [f"{name} lost {value}" for value in sorted(gone, key=str)]
    return problems


@pytest.mark.parametrize("event", BY_TYPE, ids=lambda event: event.type)
def test_todays_model_reads_the_stored_example(event: type[Event]) -> None:
    example = stored(event, schema=False)
    read = json.loads(event.model_validate(example).model_dump_json())
    assert {name: read[name] for name in example} == example


@pytest.mark.parametrize("event", BY_TYPE, ids=lambda event: event.type)
def test_a_published_version_only_gains_optional_fields(event: type[Event]) -> None:
    assert narrowed(stored(event, schema=True), event.model_json_schema()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s["properties"].pop("a"), "a is gone"),
        (lambda s: s["required"].append("b"), "b is required now"),
        (lambda s: s["properties"].update(a={"type": "integer"}), "a has changed"),
        (lambda s: s["$defs"]["Code"].update(enum=["x"]), "Code lost y"),
    ],
)
def test_a_break_is_seen(change: Any, problem: str) -> None:
    def schema() -> dict[str, Any]:
        return {
            "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "required": ["a"],
            "$defs": {"Code": {"enum": ["x", "y"]}},
        }

    new = schema()
    change(new)
    assert narrowed(schema(), new) == [problem]


def test_every_event_has_exactly_one_topic_of_its_service() -> None:
    topics = load_topics()
    named = [(event, topic.owner) for topic in topics.all.values() for event in topic.events]
    assert sorted(event for event, _ in named) == sorted(EVENT_TYPES)
    assert all(event.split(".")[1] == owner for event, owner in named)


def test_the_journey_only_takes_events_that_exist_from_topics_it_consumes() -> None:
    topics = load_topics()
    assert set(EVENT_TYPES) >= JOURNEY_EVENTS
    assert all("journeys" in topics.of(event).consumers for event in JOURNEY_EVENTS)


@pytest.mark.parametrize("event", BY_TYPE, ids=lambda event: event.type)
def test_events_carry_no_free_text(event: type[Event]) -> None:
    """Ids, codes, times and quantities only; what is a plain string must be a code by its name."""
    codes = {
        "_code",
        "_version",
        "kind",
        "outcome",
        "purpose",
        "zone",
        "medicine",
        "program_type",
        "level_of_care",
    }
    public = {"neutral_name", "callback_number", "roles", "credentials"}
    for name, field in event.model_fields.items():
        if field.annotation is str:
            assert name in public or any(name.endswith(suffix) for suffix in codes), name
