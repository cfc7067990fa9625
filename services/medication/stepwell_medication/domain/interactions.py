"""Interactions: pairs of classes of medicines, looked up for an order against everything else the patient takes."""

from collections.abc import Iterable
from dataclasses import dataclass

from stepwell_kernel.medication_codes import Protocol, Severity
from stepwell_medication.domain.findings import Finding


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine or substance with its classes.

    `days_since` is absent while it is taken; for a depot it counts the days since the last injection.
    """

    code: str
    classes: frozenset[str]
    days_since: int | None = None


@dataclass(frozen=True, slots=True)
class InteractionRule:
    """A pair of classes that do not go together, in either order.

    `least_days` and `most_days` are those after the last injection of a depot; without them both are taken now.
    """

    rule_id: str
    version: str
    first: str
    second: str
    severity: Severity
    code: str
    is_high: bool = False
    except_protocols: frozenset[Protocol] = frozenset()
    least_days: int | None = None
    most_days: int | None = None

    def meets(self, ordered: Taken, other: Taken) -> bool:
        """Whether the two are such a pair, at such a distance."""
        pair = (self.first in ordered.classes and self.second in other.classes) or (
            self.second in ordered.classes and self.first in other.classes
        )
        return pair and self._is_near(other.days_since)

    def _is_near(self, days: int | None) -> bool:
        if self.least_days is None or self.most_days is None or days is None:
            return self.least_days is None and days is None
        return self.least_days <= days <= self.most_days


def interaction_findings(
    rules: Iterable[InteractionRule], ordered: Taken, others: Iterable[Taken], protocol: Protocol
) -> tuple[Finding, ...]:
    """Every pair of the ordered medicine with another one that a rule names, in the order of the rules."""
    taken = tuple(others)
    return tuple(
        Finding(
            rule_id=rule.rule_id,
            version=rule.version,
            severity=rule.severity,
            code=rule.code,
            path="medicine",
            problem=f"{ordered.code} meets {other.code}",
            is_high=rule.is_high,
            other=other.code,
        )
        for rule in rules
        for other in taken
        if protocol not in rule.except_protocols and rule.meets(ordered, other)
    )
