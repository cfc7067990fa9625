"""The roster of a facility: who is paged, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from stepwell_kernel.codes import Channel
from stepwell_kernel.errors import FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody on call, and where a page reaches them; the address never shows in a log."""

    staff_id: UUID
    channel: Channel
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody on call at a facility, the first to be paged first; its versions count from 1."""

    facility_id: UUID
    version: int
    people: Sequence[OnCall]

    @property
    def levels(self) -> int:
        """How many people there are to page."""
        return len(self.people)

    def at(self, level: int) -> OnCall | None:
        """Who is paged at a level, from 1; None beyond the last."""
        return self.people[level - 1] if 1 <= level <= len(self.people) else None


def check_roster(people: Sequence[OnCall]) -> None:
    """Raise Invalid (`roster_incoherent`) for each person named twice: paging the same again is no escalation."""
    seen: set[UUID] = set()
    problems = []
    for index, person in enumerate(people):
        if person.staff_id in seen:
            problems.append(FieldProblem(f"people.{index}.staff_id", "appears twice", "roster.each_once"))
        seen.add(person.staff_id)
    if problems:
        raise Invalid("roster_incoherent", "each person is on call once", fields=tuple(problems))
