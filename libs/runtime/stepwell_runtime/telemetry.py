"""Traces: a provider per process whose exporter lets only listed attributes through."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from stepwell_runtime.spans import ALLOWED, ERROR

PROPAGATOR = TraceContextTextMapPropagator()
EXPORT_EVERY_MS = 500


class JsonLinesExporter(SpanExporter):
    """Appends finished spans to a file, one JSON object a line: ids, names, times, listed attributes.

    Events, stack traces and status texts are left out: they can quote what failed.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write a batch."""
        lines = "".join(json.dumps(_record(span)) + "\n" for span in spans)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Nothing is held open between batches."""


def _record(span: ReadableSpan) -> dict[str, Any]:
    context = span.get_span_context()
    service = span.resource.attributes.get("service.name", "")
    return {
        "trace_id": f"{context.trace_id:032x}" if context else "",
        "span_id": f"{context.span_id:016x}" if context else "",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "links": [f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in span.links],
        "service": service,
        "name": span.name,
        "kind": span.kind.name,
        "start": span.start_time,
        "end": span.end_time,
        "failed": span.status.status_code is StatusCode.ERROR,
        "attributes": {key: value for key, value in (span.attributes or {}).items() if key in ALLOWED},
    }


def open_telemetry(service: str, spans: Path | None) -> TracerProvider:
    """The tracer provider of a process; without a folder for spans they are made, propagated and dropped."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if spans is not None:
        exporter = JsonLinesExporter(spans / f"{service}-{os.getpid()}.jsonl")
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_EVERY_MS))
    return provider


def tracer() -> Tracer:
    """The tracer that all of Stepwell uses."""
    return trace.get_tracer("stepwell")


@contextmanager
def spanning(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Context | None = None,
    **attributes: AttributeValue,
) -> Iterator[Span]:
    """A span around a block; an exception marks it failed with its type, never with its text."""
    with tracer().start_as_current_span(
        name, parent, kind, record_exception=False, set_status_on_exception=False
    ) as span:
        for key, value in attributes.items():
            span.set_attribute(key, value)
        try:
            yield span
        except BaseException as error:
            span.set_status(StatusCode.ERROR)
            span.set_attribute(ERROR, type(error).__name__)
            raise


def current_traceparent() -> str | None:
    """The W3C trace context of the current span, as the header carries it."""
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def remote_context(traceparent: str | None) -> Context:
    """The context that a traceparent names; an empty one for none."""
    return PROPAGATOR.extract({"traceparent": traceparent} if traceparent else {}, context=Context())
