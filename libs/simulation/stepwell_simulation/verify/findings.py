"""What can be wrong with a run."""

from dataclasses import dataclass
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
    """One thing that is wrong. Subject and detail stay the same for as long as nothing changes: no ages, no counts."""

    kind: Kind
    subject: str
    detail: str
