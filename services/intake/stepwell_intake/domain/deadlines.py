"""Deadlines that the journey of an episode keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """The deadlines of a program type; days are calendar days unless said."""

    program_type: str
    jurisdiction: str
    version: int
    referral_contact_business_days: int
    escalation_hours: int
    week_close_after_hours: int
    skills_after_weeks: int
    consolidate_after_weeks: int
    step_down_review_weeks: int
    aftercare_check_days: tuple[int, ...]
    aftercare_days: int
