"""What the reference data of a facility must fulfil among themselves and by the rules of its place."""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.errors import FieldProblem, Invalid, StepwellError
from stepwell_kernel.local_time import local_at, zone
from stepwell_kernel.scheduling_codes import WorkshopTopic
from stepwell_scheduling.domain.rules import RuleVersion


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility: its zone, the local days on which nothing meets, and whose rules hold there (ISO 3166-2)."""

    facility_id: UUID
    zone: str
    holidays: frozenset[date]
    jurisdiction: str

    def day_of(self, instant: datetime) -> date:
        """The local day at an instant."""
        return local_at(instant, self.zone).date()


@dataclass(frozen=True, slots=True)
class Group:
    """A group with what a session of it takes over."""

    group_id: UUID
    facility_id: UUID
    program_id: UUID
    modality: Modality
    capacity: int
    zone: str
    is_open: bool
    topic: WorkshopTopic | None
    age_band: AgeBand | None
    language: str


@dataclass(frozen=True, slots=True)
class GroupSizeRule:
    """The fewest and most seats of a group, and who says so."""

    rule: RuleVersion
    least: int
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """What is asked of a group when it is published."""

    modality: Modality
    capacity: int
    topic: WorkshopTopic | None


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


def check_owned(kinds: Sequence[Items], of_others: AbstractSet[UUID]) -> None:
    """Raise Invalid (`reference_incoherent`) with each item that is another facility's."""
    problems = tuple(
        FieldProblem(f"{kind.kind}.{index}", "belongs to another facility", "reference.owned")
        for kind in kinds
        for index, item in enumerate(kind.items)
        if item.id in of_others
    )
    if problems:
        raise Invalid("reference_incoherent", "an item belongs to one facility", fields=problems)


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


def check_planned(planned: Mapping[int, bool]) -> None:
    """Raise Invalid (`level_not_planned`) with each program, by its place, whose weeks no rule lets be planned."""
    problems = tuple(
        FieldProblem(f"programs.{index}.plans_weeks", "there are no rules for weeks of this level", "plan.level")
        for index, possible in planned.items()
        if not possible
    )
    if problems:
        raise Invalid("level_not_planned", "the weeks of a program cannot be planned", fields=problems)


def check_groups(groups: Sequence[GroupDraft], sizes: Mapping[Modality, GroupSizeRule]) -> None:
    """Raise Invalid (`group_not_allowed`) with each group that is too small or large, or whose topic does not fit."""
    problems = (*_size_problems(groups, sizes), *_topic_problems(groups))
    if problems:
        raise Invalid("group_not_allowed", "a group breaks a rule of its modality", fields=problems)


def _size_problems(groups: Sequence[GroupDraft], sizes: Mapping[Modality, GroupSizeRule]) -> Iterator[FieldProblem]:
    for index, group in enumerate(groups):
        size = sizes.get(group.modality)
        if size is not None and not size.least <= group.capacity <= size.most:
            problem = f"is not between {size.least} and {size.most}: {size.source}"
            yield FieldProblem(f"groups.{index}.capacity", problem, str(size.rule))


def _topic_problems(groups: Sequence[GroupDraft]) -> Iterator[FieldProblem]:
    for index, group in enumerate(groups):
        if (group.modality is Modality.EDUCATIONAL_WORKSHOP) != (group.topic is not None):
            problem = "is for workshops only" if group.topic else "is missing for a workshop"
            yield FieldProblem(f"groups.{index}.topic", problem, "group.topic")
