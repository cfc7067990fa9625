"""What can be wrong with a run."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of findings, in the order in which they are told."""

    STUCK = "stuck"
    LOST = "lost"
    DOUBLED = "doubled"
    OUT_OF_ORDER = "out of order"
    DISAGREEMENT = "disagreement"
    NEVER_OCCURRED = "never occurred"


#: What may be on its way only, and is judged again: a platform that lives is never still. The rest stays as it is.
PASSING = frozenset({Kind.STUCK, Kind.LOST, Kind.DISAGREEMENT})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. Subject and detail stay the same for as long as nothing changes: no ages, no counts.

    Unless it `stands`: what one snapshot of one database disagrees with is on no way, and may be told in figures that
    move.
    """

    kind: Kind
    subject: str
    detail: str
    stands: bool = field(default=False, compare=False)

    @property
    def may_pass(self) -> bool:
        """Whether it may be on its way only."""
        return self.kind in PASSING and not self.stands
