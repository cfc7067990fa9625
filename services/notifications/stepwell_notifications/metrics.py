"""Metrics of notifications. Labels are names of providers and codes, never ids."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class ProviderMetrics:
    """What becomes of messages at each provider, and whether it is asked at all."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.outcomes = Counter(
            "stepwell_provider_outcomes_total",
            "Messages handed over, by provider and outcome",
            ("provider", "outcome"),
            registry=registry,
        )
        self.circuit = Gauge(
            "stepwell_provider_circuit",
            "0: asked for every message; 1: one message tries it; 2: left alone for now",
            ("provider",),
            registry=registry,
        )
