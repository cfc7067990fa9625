"""Circuits: a provider that fails again and again is left alone for a while, then tried with one message."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stepwell_notifications.metrics import ProviderMetrics

FAILURES = 3
REST_S = 30.0

CLOSED, TRYING, OPEN = 0, 1, 2


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    rests_until: float = 0.0


class Circuits:
    """The circuits of this process, in machine time: one process sends the messages of a database.

    After three failures in a row a provider rests for 30 s; then one message tries it, and its fate decides. A trial
    of which nobody hears is followed by another one after the same rest.
    """

    def __init__(self, metrics: ProviderMetrics, now: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._now = now
        self._circuits: dict[str, _Circuit] = {}

    def first(self, names: Sequence[str]) -> str | None:
        """The first provider that takes messages now."""
        return next((name for name in names if self._admits(name)), None)

    def worked(self, name: str) -> None:
        """The provider answered."""
        self._circuits[name] = _Circuit()
        self._metrics.circuit.labels(name).set(CLOSED)

    def failed(self, name: str) -> None:
        """The provider was away."""
        circuit = self._of(name)
        circuit.failures += 1
        if circuit.failures >= FAILURES:
            circuit.rests_until = self._now() + REST_S
            self._metrics.circuit.labels(name).set(OPEN)

    def _admits(self, name: str) -> bool:
        circuit = self._of(name)
        if circuit.failures < FAILURES:
            return True
        if self._now() < circuit.rests_until:
            return False
        circuit.rests_until = self._now() + REST_S
        self._metrics.circuit.labels(name).set(TRYING)
        return True

    def _of(self, name: str) -> _Circuit:
        return self._circuits.setdefault(name, _Circuit())
