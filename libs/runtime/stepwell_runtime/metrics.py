"""Metrics of the HTTP edge. Labels are route templates and codes, never ids."""

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class HttpMetrics:
    """Requests by route, method and status, with their duration in seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.duration = Histogram(
            "http_server_request_duration_seconds",
            "Duration of requests",
            ("http_route", "http_request_method", "http_response_status_code"),
            buckets=SECONDS,
            registry=registry,
        )
        self.problems = Counter(
            "stepwell_problems_total", "Problem documents answered, by code", ("code",), registry=registry
        )
