"""Spans that leave a process: listed attributes alone, and the trace they belong to."""

import json
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

from stepwell_runtime import spans
from stepwell_runtime.telemetry import current_traceparent, open_telemetry, remote_context, spanning

MARK = "Jane Roe"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_attributes_events_and_words_that_are_not_listed_stay_inside(tmp_path: Path) -> None:
    provider = open_telemetry("clinic", tmp_path)
    with provider.get_tracer("test").start_as_current_span("work") as span:
        span.set_attributes({spans.TOPIC: "stepwell.intake.patient", "patient.name": MARK, "url.query": MARK})
        span.add_event(MARK, {"name": MARK})
        span.record_exception(ValueError(MARK))
        span.set_status(Status(StatusCode.ERROR, MARK))
    provider.shutdown()
    (file,) = tmp_path.iterdir()
    (written,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert MARK not in file.read_text()
    assert written["attributes"] == {spans.TOPIC: "stepwell.intake.patient"}
    assert (written["service"], written["name"], written["failed"]) == ("clinic", "work", True)


def test_a_trace_goes_on_from_the_header_it_came_with() -> None:
    context = trace.get_current_span(remote_context(TRACEPARENT)).get_span_context()
    assert (f"{context.trace_id:032x}", f"{context.span_id:016x}") == tuple(TRACEPARENT.split("-")[1:3])
    with trace.use_span(NonRecordingSpan(context)):
        assert current_traceparent() == TRACEPARENT


@pytest.mark.parametrize("header", [None, "", MARK, "00-0-0-01", TRACEPARENT.replace("0af", "xyz")])
def test_a_header_that_names_no_trace_begins_a_new_one(header: str | None) -> None:
    outer = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
    with trace.use_span(NonRecordingSpan(outer)):
        assert not trace.get_current_span(remote_context(header)).get_span_context().is_valid


def test_without_a_span_there_is_no_header() -> None:
    assert current_traceparent() is None


def test_an_error_passes_through_a_span() -> None:
    with pytest.raises(ValueError, match=MARK), spanning("work"):
        raise ValueError(MARK)
