"""What the reference data of a facility must fulfil among themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.errors import FieldProblem, Invalid, StepwellError
from stepwell_kernel.local_time import zone


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a kind, and the item of another kind that it belongs to, by the field that names it."""

    id: UUID
    parent: UUID | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a kind in a document; `parents` is the kind they belong to, `field` the field that names it."""

    kind: str
    items: Sequence[Item]
    parents: str | None = None
    field: str = ""


def check_reference(zone_name: str, kinds: Sequence[Items]) -> None:
    """Raise Invalid (`reference_incoherent`) with each item that appears twice or belongs to nothing."""
    problems = (*_zone_problems(zone_name), *_repeated(kinds), *_orphans(kinds))
    if problems:
        raise Invalid("reference_incoherent", "the reference data do not fit together", fields=problems)


def _zone_problems(zone_name: str) -> Iterator[FieldProblem]:
    try:
        zone(zone_name)
    except StepwellError as error:
        yield FieldProblem("facility.zone", error.detail)


def _repeated(kinds: Sequence[Items]) -> Iterator[FieldProblem]:
    for kind in kinds:
        seen: set[UUID] = set()
        for index, item in enumerate(kind.items):
            if item.id in seen:
                yield FieldProblem(f"{kind.kind}.{index}", "appears twice")
            seen.add(item.id)


def _orphans(kinds: Sequence[Items]) -> Iterator[FieldProblem]:
    known = {kind.kind: frozenset(item.id for item in kind.items) for kind in kinds}
    for kind in kinds:
        if kind.parents is None:
            continue
        for index, item in enumerate(kind.items):
            if item.parent not in known[kind.parents]:
                yield FieldProblem(f"{kind.kind}.{index}.{kind.field}", "names nothing in this document")
