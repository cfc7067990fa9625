"""`python -m stepwell_testing.schemas`: stores schema and example of event types that have none yet.

What is stored is never rewritten: a published version only gains optional fields, and the tests read both ways.
"""

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from importlib.resources import files
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from stepwell_contracts.base import Event, Instant, Value
from stepwell_contracts.events import ALL_EVENTS

ROOT = Path(str(files("stepwell_contracts")))

VALUES: Mapping[type, str | int | bool] = {
    UUID: "0193a000-0000-7000-8000-00000000abcd",
    datetime: "2026-03-04T15:00:00Z",
    date: "2026-03-04",
    Decimal: "4.00",
    str: "code",
    int: 1,
    bool: True,
}


def schema_file(event: type[Event]) -> Path:
    """Where the stored schema of an event type lies."""
    return ROOT / "schemas" / f"{event.type}.json"


def example_file(event: type[Event]) -> Path:
    """Where the stored example of an event type lies."""
    return ROOT / "examples" / f"{event.type}.json"


def example_of(event: type[Event]) -> Any:
    """A whole example: every field filled in, the first value of every code list."""
    return event.model_validate(_fields(event)).model_dump(mode="json")


def store_missing() -> list[Path]:
    """Write what is missing and return it."""
    written = []
    for event in ALL_EVENTS:
        for path, document in (
            (schema_file(event), event.model_json_schema()),
            (example_file(event), example_of(event)),
        ):
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
                written.append(path)
    return written


def _value(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return _value(next(one for one in get_args(annotation) if one is not NoneType))
    if origin is tuple:
        return [_value(get_args(annotation)[0])]
    if annotation is Instant:
        return VALUES[datetime]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation)).value
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return _fields(annotation)
    return VALUES[annotation]


def _fields(model: type[Value]) -> dict[str, Any]:
    return {name: _value(field.annotation) for name, field in model.model_fields.items()}


if __name__ == "__main__":
    for stored in store_missing():
        sys.stdout.write(f"{stored.name}\n")
