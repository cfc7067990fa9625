"""Code lists of scheduling that other parts speak too."""

from enum import StrEnum


class WorkshopTopic(StrEnum):
    """What an educational workshop is about."""

    RELAPSE_PREVENTION = "relapse_prevention"
    STRESS_MANAGEMENT = "stress_management"
    LIFE_SKILLS = "life_skills"


class Setting(StrEnum):
    """How a session is held; by telephone is audio only."""

    ON_SITE = "on_site"
    VIDEO = "video"
    TELEPHONE = "telephone"


class BlockedBy(StrEnum):
    """What keeps a patient from coming at other times."""

    WORK = "work"
    SCHOOL = "school"
    FAMILY = "family"
    TRANSPORT = "transport"
    OTHER = "other"


class PlanGap(StrEnum):
    """Why a weekly plan falls short of what is prescribed."""

    NO_SESSION = "no_session"
    NO_SEAT = "no_seat"
    NOT_AVAILABLE = "not_available"
    TIME_TAKEN = "time_taken"
    NO_CLINICIAN = "no_clinician"
    NO_ROOM = "no_room"
    DAY_FULL = "day_full"
    OVER_CEILING = "over_ceiling"
    PRESCRIBED_TOO_LITTLE = "prescribed_too_little"


class WaitlistOutcome(StrEnum):
    """How a place on a waitlist ended."""

    PROMOTED = "promoted"
    WITHDRAWN = "withdrawn"
    LEFT_CARE = "left_care"
