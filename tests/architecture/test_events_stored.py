"""Every event has a stored schema and a golden example, named as its type, and travels on one topic.

Services deploy one at a time: what a published version looked like has to be on file to be read both ways.
"""

import re
from collections.abc import Iterable
from importlib import import_module
from importlib.resources import files
from pkgutil import walk_packages

import yaml

import stepwell_contracts.events
from stepwell_contracts.base import Event
from stepwell_contracts.events import ALL_EVENTS

TYPE = re.compile(r"stepwell\.(intake|scheduling|medication|notifications)\.[a-z]+(_[a-z]+)+\.v[1-9]\d*")


def violations(types: Iterable[str], schemas: set[str], examples: set[str], on_topics: set[str]) -> list[str]:
    known = set(types)
    problems = [
        f"{type_} is not stepwell.<service>.<subject>_<action>.v<n>" for type_ in known if not TYPE.fullmatch(type_)
    ]
    for place, found in (("schema", schemas), ("example", examples), ("topic", on_topics)):
        problems += [f"{type_} has no {place}" for type_ in known - found]
        problems += [f"the {place} {type_} belongs to no event" for type_ in found - known]
    return sorted(problems)


def _declared() -> set[type[Event]]:
    for module in walk_packages(stepwell_contracts.events.__path__, "stepwell_contracts.events."):
        import_module(module.name)
    waiting, found = [Event], set[type[Event]]()
    while waiting:
        for event in waiting.pop().__subclasses__():
            waiting.append(event)
            if event.__module__.startswith("stepwell_contracts.events.") and "type" in vars(event):
                found.add(event)
    return found


def _stored(folder: str) -> set[str]:
    names = [entry.name for entry in files("stepwell_contracts").joinpath(folder).iterdir()]
    return {name.removesuffix(".json") for name in names if name.startswith("stepwell.")}


def test_every_event_is_listed_once() -> None:
    assert ALL_EVENTS
    assert len({event.type for event in ALL_EVENTS}) == len(ALL_EVENTS)
    assert set(ALL_EVENTS) == _declared()


def test_every_event_is_on_file() -> None:
    registry = yaml.safe_load(files("stepwell_contracts").joinpath("topics.yaml").read_text(encoding="utf-8"))
    on_topics = {event for topic in registry["topics"] for event in topic["events"]}
    problems = violations((event.type for event in ALL_EVENTS), _stored("schemas"), _stored("examples"), on_topics)
    assert not problems, "\n".join(problems)


def test_an_event_without_its_files_is_found() -> None:
    event = "stepwell.intake.referral_received.v1"
    assert not violations([event], {event}, {event}, {event})
    assert violations([event], set(), {event}, {event})
    assert violations([event], {event}, set(), {event})
    assert violations([event], {event}, {event}, set())
    assert violations([], {event}, set(), set())
    assert violations(["stepwell.intake.referral.v1"], *[{"stepwell.intake.referral.v1"}] * 3)
