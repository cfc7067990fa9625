"""Who belongs to a group from which day on, and who may still enter it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_scheduling.domain.episodes import IN_CARE, Episode
from stepwell_scheduling.domain.reference import Group
from stepwell_scheduling.domain.rules import RuleVersion


@dataclass(frozen=True, slots=True)
class Membership:
    """A patient's place in a group: from a day up to another, which is not the patient's any more.

    `held` while an exchange of seats is open: the place stays taken and new meetings do not seat the patient.
    """

    membership_id: UUID
    facility_id: UUID
    program_id: UUID
    group_id: UUID
    episode_id: UUID
    patient_id: UUID
    from_day: date
    until_day: date | None = None
    held: bool = False

    def covers(self, day: date) -> bool:
        """Whether the patient belongs to the group on that day."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True, slots=True)
class EnrollmentRule:
    """After which of its meetings a closed group takes nobody any more."""

    rule: RuleVersion
    closes_after_meetings: int

    def admits(self, meetings_before: int) -> bool:
        """Whether somebody may still enter who has missed so many meetings."""
        return meetings_before < self.closes_after_meetings


def check_from_day(day: date, today: date) -> None:
    """Raise Conflict (`day_in_the_past`) unless a roster changes from today on or later; the past stays as it was."""
    if day < today:
        raise Conflict(
            "day_in_the_past",
            "a roster changes from today on",
            fields=(FieldProblem("from_day", f"lies before {today}", "roster.ahead"),),
            rule="roster.ahead",
        )


def check_candidate(episode: Episode, group: Group) -> None:
    """Raise Conflict (`episode_not_in_care`, `other_facility`, `other_age_band`) unless there can be a place."""
    if episode.phase not in IN_CARE:
        raise Conflict("episode_not_in_care", f"an episode in {episode.phase} has no place", rule="roster.phase")
    if episode.facility_id != group.facility_id:
        raise Conflict("other_facility", "the group belongs to another facility", rule="roster.facility")
    if group.age_band not in {None, episode.age_band}:
        raise Conflict("other_age_band", "the group is for another age band", rule="seat.age_band")


def check_enrollment(rule: EnrollmentRule, meetings_before: int) -> None:
    """Raise Conflict (`enrollment_closed`) when the closed group has had all the meetings after which one may enter."""
    if not rule.admits(meetings_before):
        raise Conflict(
            "enrollment_closed",
            f"a closed group takes nobody after meeting {rule.closes_after_meetings}",
            rule=str(rule.rule),
        )


def ends_with(episode: Episode, former_program: UUID | None, facility_id: UUID, program_id: UUID) -> bool:
    """Whether a place in a group, or the wait for one, ends as the episode now stands.

    It ends with care, with the facility and with the program that is left.
    """
    left_program = program_id == former_program and program_id != episode.program_id
    return episode.phase not in IN_CARE or facility_id != episode.facility_id or left_program
