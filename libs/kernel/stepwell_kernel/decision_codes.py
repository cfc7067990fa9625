"""Code lists of step-down and discharge; outcomes in the groups of TEDS-D (SAMHSA)."""

from enum import StrEnum


class StepDownCriterion(StrEnum):
    """What speaks for less intensive care; the last four are stated by the clinician who decides."""

    ATTENDANCE = "attendance"
    SUICIDE_RISK = "suicide_risk"
    DEPRESSION = "depression"
    ANXIETY = "anxiety"
    PLAN_GOALS = "plan_goals"
    SUBSTANCE_USE = "substance_use"
    MEDICATION_ADHERENCE = "medication_adherence"
    SAFE_HOUSING = "safe_housing"
    AFTERCARE_BOOKED = "aftercare_booked"


class CriterionState(StrEnum):
    """How a criterion stands; unknown where nothing is on record, or too little of it."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class SubstanceUse(StrEnum):
    """Use of the primary substance in the last 30 days."""

    NONE = "none"
    SOME = "some"
    DAILY = "daily"


class Employment(StrEnum):
    """Employment and education."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    UNEMPLOYED = "unemployed"
    STUDENT = "student"
    NOT_IN_LABOR_FORCE = "not_in_labor_force"


class Arrests(StrEnum):
    """Arrests in the last 30 days."""

    NONE = "none"
    ONCE = "once"
    TWICE_OR_MORE = "twice_or_more"


class LivingArrangement(StrEnum):
    """How somebody lives; dependent is a supervised setting."""

    HOMELESS = "homeless"
    DEPENDENT = "dependent"
    INDEPENDENT = "independent"


class SelfHelp(StrEnum):
    """Attendance at self-help groups in the last 30 days."""

    NONE = "none"
    ONE_TO_THREE = "one_to_three"
    FOUR_TO_SEVEN = "four_to_seven"
    EIGHT_OR_MORE = "eight_or_more"


class ReferralGiven(StrEnum):
    """Where the patient was referred to at discharge; `none` stands alone."""

    OUTPATIENT = "outpatient"
    INTENSIVE = "intensive"
    RESIDENTIAL = "residential"
    MEDICATION_TREATMENT = "medication_treatment"
    MENTAL_HEALTH = "mental_health"
    PRIMARY_CARE = "primary_care"
    MUTUAL_HELP = "mutual_help"
    RECOVERY_HOUSING = "recovery_housing"
    HARM_REDUCTION = "harm_reduction"
    SOCIAL_SERVICES = "social_services"
    NONE = "none"
