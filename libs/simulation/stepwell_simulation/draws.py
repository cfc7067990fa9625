"""Seeded draws. Each one is named, so that it does not depend on which others were made, or in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Draws:
    """What comes of a seed under a name."""

    seed: int
    path: tuple[str, ...] = ()

    def of(self, *names: object) -> "Draws":
        """The draws below a name."""
        return Draws(self.seed, (*self.path, *map(str, names)))

    def random(self) -> Random:
        """A generator that begins anew at every call."""
        return Random("/".join((str(self.seed), *self.path)))  # noqa: S311  nothing here is secret

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.random().random() < probability

    def choose(self, shares: Mapping[Chosen, float]) -> Chosen:
        """One of several, each by its share; shares need not add up to one."""
        return self.random().choices(list(shares), list(shares.values()))[0]

    def between(self, low: float, high: float) -> float:
        """Evenly between two bounds."""
        return self.random().uniform(low, high)

    def log_normal(self, mu: float, sigma: float) -> float:
        """Log-normal; the median is exp(mu)."""
        return self.random().lognormvariate(mu, sigma)
