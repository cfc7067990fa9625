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


class PriorityClass(StrEnum):
    """Who comes first (45 CFR 96.126 and 96.131), in that order."""

    PREGNANT_INJECTING = "pregnant_injecting"
    PREGNANT = "pregnant"
    INJECTING = "injecting"
    GENERAL = "general"


class PayerKind(StrEnum):
    """Who pays."""

    MEDICAID = "medicaid"
    MEDICARE = "medicare"
    COMMERCIAL = "commercial"
    SELF_PAY = "self_pay"
    OTHER = "other"


class ReferralSource(StrEnum):
    """Who referred, in the groups of TEDS (SAMHSA)."""

    SELF = "self"
    PROVIDER = "provider"
    HOSPITAL = "hospital"
    COURT = "court"
    SCHOOL = "school"
    EMPLOYER = "employer"
    COMMUNITY = "community"


class Instrument(StrEnum):
    """Screening and outcome instruments; items and scoring are intake's."""

    PHQ_9 = "phq_9"
    GAD_7 = "gad_7"
    AUDIT_C = "audit_c"
    C_SSRS = "c_ssrs"


class SuicideRisk(StrEnum):
    """Triage of the C-SSRS screener."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class CrisisDisposition(StrEnum):
    """How a crisis ended; without one it stays open."""

    SAFETY_PLAN = "safety_plan"
    WARM_TRANSFER = "warm_transfer"
    EMERGENCY_SERVICES = "emergency_services"
    HOSPITAL = "hospital"
    WELFARE_CHECK = "welfare_check"
    NO_CRISIS_FOUND = "no_crisis_found"


class RiskSignal(StrEnum):
    """What makes the team act at once; a lapse alone is never a reason for discharge."""

    LAPSE = "lapse"
    REPEATED_USE = "repeated_use"
    OVERDOSE = "overdose"
    EMERGENCY_VISIT = "emergency_visit"
    MEDICAL_CONCERN = "medical_concern"


class CareSignal(StrEnum):
    """What other services tell of a patient that a person must answer; how is a rule of the journey's policy."""

    DOSE_MISSED = "dose_missed"
    DOSES_HELD = "doses_held"
    INDUCTION_NEEDED = "induction_needed"
    INJECTION_OVERDUE = "injection_overdue"
    TEST_UNEXPECTED = "test_unexpected"
    MEDICINE_ABSENT = "medicine_absent"
    SPECIMEN_DOUBTFUL = "specimen_doubtful"
    TEST_REFUSED = "test_refused"
    WEEK_PLAN_SHORT = "week_plan_short"
    VISIT_NOT_BOOKED = "visit_not_booked"
    CRISIS_REPLY = "crisis_reply"


class FollowUp(StrEnum):
    """What the score of a screen asks for; which task and deadline that means is a rule of the journey's policy."""

    C_SSRS_SAME_VISIT = "c_ssrs_same_visit"
    CLINICIAN_EVALUATION = "clinician_evaluation"
    CLINICIAN_REVIEW = "clinician_review"
    PRESCRIBER_REVIEW = "prescriber_review"
    SAFETY_FOLLOW_UP = "safety_follow_up"
    RISK_FOLLOW_UP = "risk_follow_up"
    FULL_ASSESSMENT = "full_assessment"
    DETERIORATION = "deterioration"
    LEVEL_OF_CARE_REVIEW = "level_of_care_review"


class DisclosureGround(StrEnum):
    """On what ground records were disclosed, or refused (42 CFR part 2, subparts B to E)."""

    CONSENT = "consent"
    PROGRAM_STAFF = "program_staff"
    SERVICE_AGREEMENT = "service_agreement"
    MEDICAL_EMERGENCY = "medical_emergency"
    COURT_ORDER = "court_order"
    AUDIT = "audit"
    RESEARCH = "research"
    PATIENT_ACCESS = "patient_access"
    NO_GROUND = "no_ground"


class AuthorizationState(StrEnum):
    """What the payer answered."""

    PENDED = "pended"
    APPROVED = "approved"
    DENIED = "denied"


class Channel(StrEnum):
    """Ways to reach a person."""

    EMAIL = "email"
    SMS = "sms"


class OutreachChannel(StrEnum):
    """Ways in which staff try to reach a patient who stayed away."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


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
    UTILIZATION_REVIEWER = "utilization_reviewer"
    OPERATIONS = "operations"
    ADMINISTRATOR = "administrator"


class TaskKind(StrEnum):
    """Kinds of care task."""

    REFERRAL_CONTACT = "referral_contact"
    INTAKE_ASSESSMENT = "intake_assessment"
    WAITLIST_REVIEW = "waitlist_review"
    INTERIM_SERVICES = "interim_services"
    ADMISSION_DECISION = "admission_decision"
    PLAN_SIGNATURE = "plan_signature"
    PLAN_REVIEW = "plan_review"
    AUTHORIZATION_REVIEW = "authorization_review"
    MEASURE_DUE = "measure_due"
    WEEKLY_HOURS_SHORT = "weekly_hours_short"
    LEVEL_OF_CARE_REVIEW = "level_of_care_review"
    UTILIZATION_REVIEW = "utilization_review"
    OUTREACH_CALL = "outreach_call"
    SAFETY_DECISION = "safety_decision"
    CASE_CONFERENCE = "case_conference"
    ADMINISTRATIVE_REVIEW = "administrative_review"
    CRISIS_DISPOSITION = "crisis_disposition"
    CLINICIAN_EVALUATION = "clinician_evaluation"
    PRESCRIBER_REVIEW = "prescriber_review"
    SAFETY_FOLLOW_UP = "safety_follow_up"
    TREATMENT_VISIT = "treatment_visit"
    HOLD_REVIEW = "hold_review"
    STEP_DOWN_REVIEW = "step_down_review"
    DISCHARGE_PLAN = "discharge_plan"
    NEXT_LEVEL_APPOINTMENT = "next_level_appointment"
    DISCHARGE_REVIEW = "discharge_review"
    AFTERCARE_CHECK = "aftercare_check"
    DOSE_REVIEW = "dose_review"
    INJECTION_OVERDUE = "injection_overdue"
    DRUG_TEST_REVIEW = "drug_test_review"
    DIVERSION_CHECK = "diversion_check"
    WEEK_PLAN_SHORT = "week_plan_short"
    VISIT_BOOKING = "visit_booking"
    CRISIS_REPLY = "crisis_reply"
    LATE_FACT = "late_fact"
    ACTION_REJECTED = "action_rejected"
