"""Which provider is asked next, by order and by what the ledger says of a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ProviderRule:
    """A provider of a channel; `receipt_within` is how long it may still tell what became of a message."""

    name: str
    receipt_within: timedelta


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt that the ledger has: by whom, how long ago, and whether its outcome is open or a refusal for good."""

    provider: str
    age: timedelta
    is_open: bool
    refused: bool


def next_providers(order: Sequence[ProviderRule], ledger: Sequence[Tried]) -> Sequence[str]:
    """Who may be asked, the first to be asked first; nobody when all have refused.

    A provider that broke off in the middle has the message perhaps: it alone is asked again, since it drops repeats,
    until its time for a receipt is over. Then the others come first, and the message may arrive twice; but not before
    it was asked again at all: it may have been this process that broke off, or the night that came between.
    """
    refused = {attempt.provider for attempt in ledger if attempt.refused}
    asked = [rule for rule in order if rule.name not in refused]
    in_doubt: dict[str, timedelta] = {}
    asked_again: set[str] = set()
    for attempt in ledger:
        if attempt.provider in in_doubt:
            asked_again.add(attempt.provider)
        elif attempt.is_open and attempt.provider not in refused:
            in_doubt[attempt.provider] = attempt.age
    for rule in asked:
        if rule.name in in_doubt and in_doubt[rule.name] < rule.receipt_within:
            return (rule.name,)
    once_in_doubt = in_doubt.keys() - asked_again
    return tuple(
        rule.name for rule in sorted(asked, key=lambda rule: (rule.name not in once_in_doubt, rule.name in in_doubt))
    )


def without_waiting(order: Sequence[ProviderRule]) -> Sequence[ProviderRule]:
    """The same for what is better told twice than late."""
    return [replace(rule, receipt_within=timedelta()) for rule in order]
