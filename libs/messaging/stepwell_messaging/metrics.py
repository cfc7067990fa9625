"""Metrics and span names of messaging."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SEND = "send"
PROCESS = "process"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)


class RelayMetrics:
    """What a relay does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.published = Counter(
            "stepwell_outbox_published_total", "Events published, by topic", ("topic",), registry=registry
        )
        self.age = Histogram(
            "stepwell_outbox_age_seconds", "Age of events when published", buckets=SECONDS, registry=registry
        )
        self.failures = Counter("stepwell_relay_failures_total", "Rounds of the relay that failed", registry=registry)
        self.epoch = Gauge("stepwell_relay_epoch", "Epoch under which this process leads", registry=registry)


class ConsumerMetrics:
    """What a consumer does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.applied = Counter(
            "stepwell_consumer_applied_total",
            "Events applied, by topic",
            ("consumer", "topic"),
            registry=registry,
        )
        self.repeated = Counter(
            "stepwell_consumer_repeated_total", "Repeats passed over", ("consumer",), registry=registry
        )
        self.parked = Counter(
            "stepwell_consumer_parked_total",
            "Events parked, by reason",
            ("consumer", "reason"),
            registry=registry,
        )
        self.duration = Histogram(
            "stepwell_consumer_batch_seconds",
            "Duration of a batch",
            ("consumer",),
            buckets=SECONDS,
            registry=registry,
        )
        self.rebuilds = Counter(
            "stepwell_consumer_rebuilds_total",
            "Clients rebuilt by the watchdog",
            ("consumer",),
            registry=registry,
        )
