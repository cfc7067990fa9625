"""Code lists of consent, disclosure, authorization and the treatment plan."""

from enum import StrEnum


class ConsentPurpose(StrEnum):
    """What records may be disclosed for (42 CFR 2.31); the first is the single form, no other may be merged into it."""

    TREATMENT_PAYMENT_OPERATIONS = "treatment_payment_operations"
    PAYMENT = "payment"
    AT_PATIENT_REQUEST = "at_patient_request"
    FAMILY = "family"
    EMPLOYER = "employer"
    CRIMINAL_JUSTICE = "criminal_justice"
    COUNSELING_NOTES = "counseling_notes"
    LEGAL_PROCEEDINGS = "legal_proceedings"
    RESEARCH = "research"
    INTERMEDIARY = "intermediary"


class InformationScope(StrEnum):
    """Parts of the record; counseling notes are a clinician's own, kept apart from it."""

    ATTENDANCE = "attendance"
    DIAGNOSIS = "diagnosis"
    TREATMENT_PLAN = "treatment_plan"
    PROGRESS = "progress"
    MEDICATION = "medication"
    TEST_RESULTS = "test_results"
    BILLING = "billing"
    COUNSELING_NOTES = "counseling_notes"


class Requester(StrEnum):
    """Who asks for records."""

    PATIENT = "patient"
    PROGRAM_STAFF = "program_staff"
    SAME_ORGANISATION = "same_organisation"
    EXTERNAL_PROVIDER = "external_provider"
    EMERGENCY_PROVIDER = "emergency_provider"
    PAYER = "payer"
    FAMILY = "family"
    EMPLOYER = "employer"
    COURT_OFFICER = "court_officer"
    LAW_ENFORCEMENT = "law_enforcement"
    LITIGANT = "litigant"
    SERVICE_ORGANISATION = "service_organisation"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"
    INTERMEDIARY = "intermediary"


class RequestPurpose(StrEnum):
    """What records are asked for."""

    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    PATIENT_ACCESS = "patient_access"
    FAMILY_INVOLVEMENT = "family_involvement"
    EMPLOYMENT = "employment"
    CRIMINAL_JUSTICE = "criminal_justice"
    LEGAL_PROCEEDING = "legal_proceeding"
    AUDIT = "audit"
    RESEARCH = "research"


class Evidence(StrEnum):
    """What the person at the desk has seen that may stand for a consent."""

    CONSENT_IMPOSSIBLE = "consent_impossible"
    COURT_ORDER = "court_order"
    SUBPOENA = "subpoena"
    SERVICE_AGREEMENT = "service_agreement"
    AUDIT_AGREEMENT = "audit_agreement"
    RESEARCH_APPROVAL = "research_approval"


class UnitKind(StrEnum):
    """What a payer counts: days that meet their minutes, sessions, or quarters of an hour."""

    DAY = "day"
    SESSION = "session"
    QUARTER_HOUR = "quarter_hour"


class PlanGoal(StrEnum):
    """Goals of a treatment plan."""

    ABSTINENCE = "abstinence"
    REDUCED_USE = "reduced_use"
    RELAPSE_PREVENTION = "relapse_prevention"
    MEDICATION_TAKEN = "medication_taken"
    SESSIONS_ATTENDED = "sessions_attended"
    MOOD_IMPROVED = "mood_improved"
    ANXIETY_REDUCED = "anxiety_reduced"
    SAFETY_PLAN_USED = "safety_plan_used"
    FAMILY_INVOLVED = "family_involved"
    HOUSING_STABLE = "housing_stable"
    WORK_OR_SCHOOL = "work_or_school"
    HEALTH_CARE_LINKED = "health_care_linked"
    PEER_SUPPORT = "peer_support"
