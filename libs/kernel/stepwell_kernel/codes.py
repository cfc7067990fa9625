"""Code lists that more than one part of Stepwell speaks."""

from enum import IntEnum, StrEnum


class Phase(StrEnum):
    """Where an episode of care stands; intake's episode row is the truth about it."""

    REFERRAL = "referral"
    SCREENING = "screening"
    ADMISSION = "admission"
    WAITLISTED = "waitlisted"
    TREATMENT = "treatment"
    ON_HOLD = "on_hold"
    STEP_DOWN = "step_down"
    AFTERCARE = "aftercare"
    DECLINED = "declined"
    CLOSED = "closed"


class TreatmentPart(StrEnum):
    """The parts of treatment, between which the journey moves on its own."""

    STABILIZE = "stabilize"
    SKILLS = "skills"
    CONSOLIDATE = "consolidate"


class Modality(StrEnum):
    """The forms of care that an intensive outpatient program is made of."""

    INDIVIDUAL_THERAPY = "individual_therapy"
    GROUP_THERAPY = "group_therapy"
    FAMILY_THERAPY = "family_therapy"
    MEDICATION_MANAGEMENT = "medication_management"
    EDUCATIONAL_WORKSHOP = "educational_workshop"


class AgeBand(StrEnum):
    """Age on the date of service as the rules ask for it; adolescent is under 18 unless a state row says otherwise."""

    ADULT = "adult"
    ADOLESCENT = "adolescent"


class Urgency(StrEnum):
    """How soon a referral must be reached."""

    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENT = "emergent"


class ReferralSource(StrEnum):
    """Who referred, in the groups of TEDS (SAMHSA)."""

    SELF = "self"
    PROVIDER = "provider"
    HOSPITAL = "hospital"
    COURT = "court"
    SCHOOL = "school"
    EMPLOYER = "employer"
    COMMUNITY = "community"


class Channel(StrEnum):
    """Ways to reach a person."""

    EMAIL = "email"
    SMS = "sms"


class LevelOfCare(StrEnum):
    """Levels of the ASAM continuum, 3rd edition, that a recommendation or decision can name."""

    OUTPATIENT = "1"
    INTENSIVE_OUTPATIENT = "2.1"
    PARTIAL_HOSPITALIZATION = "2.5"
    LOW_INTENSITY_RESIDENTIAL = "3.1"
    HIGH_INTENSITY_RESIDENTIAL = "3.5"
    MEDICALLY_MONITORED_INPATIENT = "3.7"
    MEDICALLY_MANAGED_INPATIENT = "4"


class AttendanceState(StrEnum):
    """What became of a seat in a session."""

    PRESENT = "present"
    LATE = "late"
    PARTIAL = "partial"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    UNEXCUSED_NO_SHOW = "unexcused_noshow"
    LATE_CANCEL = "late_cancel"
    PROGRAM_CANCELLED = "program_cancelled"
    TELEHEALTH_TECH_FAILURE = "telehealth_tech_failure"


class DischargeReason(IntEnum):
    """Reasons for discharge by their code in TEDS-D (SAMHSA)."""

    COMPLETED = 1
    DROPPED_OUT = 2
    TERMINATED_BY_FACILITY = 3
    TRANSFERRED = 4
    INCARCERATED = 5
    DEATH = 6
    OTHER = 7


class Role(StrEnum):
    """Roles of people, as tokens carry them and tasks name them."""

    INTAKE_COORDINATOR = "intake_coordinator"
    COUNSELOR = "counselor"
    SCHEDULER = "scheduler"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    SUPERVISOR = "supervisor"
    OPERATIONS = "operations"
    ADMINISTRATOR = "administrator"


class TaskKind(StrEnum):
    """Kinds of care task."""

    REFERRAL_CONTACT = "referral_contact"
    STEP_DOWN_REVIEW = "step_down_review"
    AFTERCARE_CHECK = "aftercare_check"
    WEEKLY_HOURS_SHORT = "weekly_hours_short"
    ACTION_REJECTED = "action_rejected"


class MessageTemplate(StrEnum):
    """Templates of messages, by their neutral code."""

    APPOINTMENT_REMINDER = "appointment_reminder"
