"""Rules that law, payer or the house may change: rows with a version and dates; a decision keeps the one it used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Which version of a rule was applied."""

    rule_id: str
    version: int

    def __str__(self) -> str:
        """`<rule id>/<version>`, as answers, events and decisions name it."""
        return f"{self.rule_id}/{self.version}"


def places_of(jurisdiction: str) -> tuple[str, ...]:
    """Whose rules hold in a place (ISO 3166-2), the nearest first: those of the state, then those of the country."""
    country = jurisdiction.partition("-")[0]
    return (jurisdiction,) if jurisdiction == country else (jurisdiction, country)
