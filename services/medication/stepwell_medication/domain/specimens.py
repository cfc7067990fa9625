"""Whether a specimen can be relied on, by its temperature, creatinine, specific gravity, pH and nitrite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stepwell_kernel.medication_codes import DrugTestResult

#: Which verdict stands when several fit: the one that says most about what was done to the specimen.
PRECEDENCE = (
    DrugTestResult.ADULTERATED,
    DrugTestResult.SUBSTITUTED,
    DrugTestResult.INVALID,
    DrugTestResult.DILUTE,
)

#: Temperature in degrees Fahrenheit, creatinine in mg/dL, nitrite in mcg/mL; by the name of the measure.
Measures = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SpecimenRule:
    """One bound of a verdict; all bounds of an alternative must hold."""

    rule_id: str
    version: str
    verdict: DrugTestResult
    alternative: int
    measure: str
    more_than: Decimal | None = None
    at_least: Decimal | None = None
    less_than: Decimal | None = None
    at_most: Decimal | None = None

    def holds(self, measures: Measures) -> bool:
        """Whether the measure was taken and lies within the bounds."""
        value = measures.get(self.measure)
        return value is not None and (
            (self.more_than is None or value > self.more_than)
            and (self.at_least is None or value >= self.at_least)
            and (self.less_than is None or value < self.less_than)
            and (self.at_most is None or value <= self.at_most)
        )


def doubt(rules: Sequence[SpecimenRule], measures: Measures) -> DrugTestResult | None:
    """What is doubtful about the specimen; None for one that can be relied on."""
    alternatives: dict[tuple[DrugTestResult, int], bool] = {}
    for rule in rules:
        key = (rule.verdict, rule.alternative)
        alternatives[key] = alternatives.get(key, True) and rule.holds(measures)
    found = {verdict for (verdict, _), holds in alternatives.items() if holds}
    return next((verdict for verdict in PRECEDENCE if verdict in found), None)
