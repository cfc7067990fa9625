"""Log lines: a static event and listed fields; of an error its type and place."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from stepwell_runtime.logging import JsonFormatter, Seldom


def record(
    message: str, *arguments: object, extra: Mapping[str, Any] | None = None, error: bool = False
) -> logging.LogRecord:
    made = logging.LogRecord("stepwell.test", logging.ERROR, "file.py", 1, message, arguments, None)
    if error:
        made.exc_info = sys.exc_info()
    vars(made).update(extra or {})
    return made


def line(made: logging.LogRecord) -> dict[str, Any]:
    text = JsonFormatter().format(made)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_only_listed_fields_are_written() -> None:
    written = line(
        record("sent", extra={"topic": "stepwell.intake.patient", "count": 3, "patient": "Jane", "note": "Jane"})
    )
    assert (written["event"], written["topic"], written["count"]) == ("sent", "stepwell.intake.patient", 3)
    assert "Jane" not in json.dumps(written)


def test_arguments_of_other_libraries_messages_are_left_out() -> None:
    assert line(record("cannot parse %s", "Jane Roe"))["event"] == "cannot parse %s"
    quoting = "Task exception was never retrieved\nfuture: <Task exception=ValueError('Jane Roe')>"
    assert line(record(quoting))["event"] == "Task exception was never retrieved"


def test_an_error_is_told_by_type_and_place() -> None:
    try:
        raise ValueError("Jane Roe")
    except ValueError:
        written = line(record("failed", error=True))
    assert written["error"] == "ValueError"
    assert written["at"][0].startswith("tests/test_logs.py:")
    assert "Jane" not in json.dumps(written)


def test_what_is_repeated_is_let_through_seldom() -> None:
    seldom = Seldom()
    passed = [seldom.filter(record(message)) for message in ("down", "down", "up", "down")]
    assert passed == [True, False, True, False]
