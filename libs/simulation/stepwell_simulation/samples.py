"""What a sample says of a share or a median: the value, and the interval in which the true one lies so surely."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, floor, lgamma, log, log1p, sqrt
from statistics import NormalDist, median


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, and how many it rests on. Without an interval there are too few to say anything."""

    value: float | None
    interval: tuple[float, float] | None
    size: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, each one for itself; in percent."""

    hits: int
    of: int

    def estimate(self, confidence: float) -> Estimate:
        """The exact binomial interval (Clopper and Pearson 1934), which holds for rare things in small samples too."""
        if not self.of:
            return Estimate(None, None, 0)
        tail, misses = (1 - confidence) / 2, self.of - self.hits
        low, high = _lower_limit(self.hits, self.of, tail), 1 - _lower_limit(misses, self.of, tail)
        return Estimate(100 * self.hits / self.of, (100 * low, 100 * high), self.of)


@dataclass(frozen=True, slots=True)
class ClusteredShare:
    """Hits and chances by patient, in percent: what one patient does is alike, so the patients are what counts."""

    by_patient: Sequence[tuple[int, int]]

    def estimate(self, confidence: float) -> Estimate:
        """The interval of a ratio of sums over clusters (Cochran 1977, section 6.4)."""
        chances = sum(of for _, of in self.by_patient)
        if len(self.by_patient) < 2 or not chances:
            return Estimate(None, None, chances)
        share = sum(hits for hits, _ in self.by_patient) / chances
        count = len(self.by_patient)
        spread = sum((hits - share * of) ** 2 for hits, of in self.by_patient) * count / (count - 1)
        half = _z(confidence) * sqrt(spread) / chances
        return Estimate(100 * share, (100 * (share - half), 100 * (share + half)), chances)


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of some days."""

    days: Sequence[int]

    def estimate(self, confidence: float) -> Estimate:
        """The interval between two order statistics, whose ranks are binomial, whatever the days are spread like."""
        size = len(self.days)
        if not size:
            return Estimate(None, None, 0)
        rank = floor(size / 2 - _z(confidence) * sqrt(size) / 2)
        ordered = sorted(self.days)
        interval = (float(ordered[rank - 1]), float(ordered[size - rank])) if rank >= 1 else None
        return Estimate(float(median(ordered)), interval, size)


Sample = Share | ClusteredShare | Median


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _lower_limit(hits: int, of: int, tail: float) -> float:
    """The probability at which so many hits or more come as rarely as the tail says, to 1e-9."""
    low, high = 0.0, hits / of
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if _at_least(hits, of, middle) < tail else (low, middle)
    return low


def _at_least(hits: int, of: int, probability: float) -> float:
    """The binomial probability of so many hits or more, for a probability below their share."""
    ways = lgamma(of + 1) - lgamma(hits + 1) - lgamma(of - hits + 1)
    term = exp(ways + hits * log(probability) + (of - hits) * log1p(-probability))
    total, odds = term, probability / (1 - probability)
    for more in range(hits, of):
        term *= (of - more) / (more + 1) * odds
        total += term
        if term < total * 1e-12:
            break
    return total
