"""Random draws of drug tests: by chance that a rule sets, from a seed with which anybody can draw again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_kernel.codes import Phase

#: Parts that a lot is cut into; whole numbers that every machine reads and compares alike.
LOTS = 2**48


@dataclass(frozen=True, slots=True)
class DrawRule:
    """How often tests are drawn in weeks of a phase; weekdays count from Monday 0."""

    rule_id: str
    version: str
    phase: Phase
    from_week: int
    to_week: int | None
    tests_per_week: Decimal
    least_gap_days: int
    most_gap_days: int
    weekdays: frozenset[int]

    def fits(self, phase: Phase, week: int) -> bool:
        """Whether the rule holds in that week of the phase."""
        return self.phase is phase and self.from_week <= week and (self.to_week is None or week <= self.to_week)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An episode that tests are drawn for: in care since a local day, last tested on another."""

    episode_id: UUID
    patient_id: UUID
    phase: Phase
    since: date
    last_test_on: date | None

    def week(self, day: date) -> int:
        """The week of care, from 1."""
        return (day - self.since).days // 7 + 1


@dataclass(frozen=True, slots=True)
class Chance:
    """With what chance, in parts of `LOTS`, an episode is drawn."""

    episode_id: UUID
    lots: int


def chances(rules: Sequence[DrawRule], candidates: Sequence[Candidate], day: date) -> tuple[Chance, ...]:
    """The pool of a day, by episode; episodes to which no rule applies are not in it."""
    pool = []
    for candidate in sorted(candidates, key=lambda one: one.episode_id):
        rule = next((rule for rule in rules if rule.fits(candidate.phase, candidate.week(day))), None)
        if rule is not None:
            pool.append(Chance(candidate.episode_id, _lots(rule, candidate, day)))
    return tuple(pool)


def draw(seed: str, pool: Sequence[Chance]) -> tuple[UUID, ...]:
    """Who is drawn: each episode whose lot lies below its chance."""
    return tuple(one.episode_id for one in pool if _lot(seed, one.episode_id) < one.lots)


def _lots(rule: DrawRule, candidate: Candidate, day: date) -> int:
    """Nobody twice within the least gap, everybody after the most gap, and the rule's number on average.

    With a chance of p a day the mean time to a test is 1/p open days after the closed gap; p follows from that.
    """
    if day.weekday() not in rule.weekdays:
        return 0
    last = candidate.last_test_on
    if last is not None and day - last < timedelta(days=rule.least_gap_days):
        return 0
    if day - (last or candidate.since) >= timedelta(days=rule.most_gap_days):
        return LOTS
    open_days = Decimal(len(rule.weekdays)) / rule.tests_per_week - (rule.least_gap_days - 1)
    return LOTS if open_days <= 1 else int(LOTS / open_days)


def _lot(seed: str, episode_id: UUID) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{episode_id}".encode()).digest()[:6])
