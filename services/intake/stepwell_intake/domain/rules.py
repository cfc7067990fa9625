"""Rules that law, payer or medicine may change: rows with a version and dates; a decision keeps the one it used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Which version of a rule was applied."""

    rule_id: str
    version: int

    def __str__(self) -> str:
        """`<rule id>/<version>`, as events and decisions name it."""
        return f"{self.rule_id}/{self.version}"
