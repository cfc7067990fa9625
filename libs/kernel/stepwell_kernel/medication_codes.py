"""Code lists of medication that other parts speak too."""

from enum import StrEnum


class Medicine(StrEnum):
    """Medicines that the programs offer; forms of one substance with rules of their own are medicines of their own."""

    METHADONE = "methadone"
    BUPRENORPHINE_NALOXONE_SL = "buprenorphine_naloxone_sl"
    BUPRENORPHINE_SL = "buprenorphine_sl"
    SUBLOCADE = "sublocade"
    BRIXADI_WEEKLY = "brixadi_weekly"
    BRIXADI_MONTHLY = "brixadi_monthly"
    NALTREXONE_XR = "naltrexone_xr"
    NALTREXONE_ORAL = "naltrexone_oral"
    ACAMPROSATE = "acamprosate"
    DISULFIRAM = "disulfiram"


class Severity(StrEnum):
    """How strongly a rule speaks: a hard stop holds, a stop yields to a prescriber's reason, the others only tell."""

    HARD_STOP = "HARD_STOP"
    STOP_OVERRIDE = "STOP_OVERRIDE"
    WARN = "WARN"
    TASK = "TASK"
    INFO = "INFO"


class Protocol(StrEnum):
    """How buprenorphine is started."""

    STANDARD = "standard"
    LOW_DOSE = "low_dose"
    HIGH_DOSE = "high_dose"


class LastOpioid(StrEnum):
    """The kind of the opioid that was taken last; swallowed and extended-release ones are long-acting."""

    SHORT_ACTING = "short_acting"
    FENTANYL = "fentanyl"
    LONG_ACTING = "long_acting"
    METHADONE = "methadone"
    BUPRENORPHINE = "buprenorphine"
    NONE = "none"


class ClinicalCheck(StrEnum):
    """What the gates of an order ask for; the values stay in medication."""

    WITHDRAWAL_SCORE = "withdrawal_score"
    INDICATION = "indication"
    PREGNANCY_TEST = "pregnancy_test"
    CREATININE_CLEARANCE = "creatinine_clearance"
    CHILD_PUGH = "child_pugh"
    LIVER_TESTS = "liver_tests"
    QTC = "qtc"
    LONG_QT_HISTORY = "long_qt_history"
    OPIOID_FREE = "opioid_free"
    OPIOID_TEST = "opioid_test"
    NALOXONE_CHALLENGE = "naloxone_challenge"
    ALCOHOL_FREE = "alcohol_free"
    DISULFIRAM_SAFETY = "disulfiram_safety"
    NALOXONE_OFFERED = "naloxone_offered"
    INFORMED_CONSENT = "informed_consent"
    GUARDIAN_CONSENT = "guardian_consent"
    TRANSMUCOSAL_TEST_DOSE = "transmucosal_test_dose"


class OrderEnd(StrEnum):
    """Why an order ended."""

    COMPLETED = "completed"
    SWITCHED = "switched"
    PATIENT_CHOICE = "patient_choice"
    PRESCRIBER_DECISION = "prescriber_decision"
    MISSED_DOSES = "missed_doses"
    LEFT_CARE = "left_care"


class DosingHold(StrEnum):
    """Why a patient gets no dose for now, wherever they come for it."""

    MISSED_DOSES = "missed_doses"
    INTOXICATED = "intoxicated"
    SEDATED = "sedated"
    MEDICAL_CONCERN = "medical_concern"
    DIVERSION_CONCERN = "diversion_concern"
    PRESCRIBER_DECISION = "prescriber_decision"


class MissedDoseStep(StrEnum):
    """What missed doses ask for before the next one."""

    USUAL_DOSE = "usual_dose"
    NURSE_CHECK = "nurse_check"
    PRESCRIBER_ORDER = "prescriber_order"
    NEW_INDUCTION = "new_induction"


class InjectionTiming(StrEnum):
    """Where an injection lies in its window."""

    FIRST = "first"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RESTART = "restart"


class VisitReason(StrEnum):
    """Why a medication visit is needed."""

    INJECTION = "injection"
    MISSED_DOSES = "missed_doses"
    FOLLOW_UP = "follow_up"


class DrugTestReason(StrEnum):
    """Why a drug test was asked for."""

    RANDOM = "random"
    BASELINE = "baseline"
    FOR_CAUSE = "for_cause"
    CONFIRMATION = "confirmation"


class DrugTestResult(StrEnum):
    """What a drug test showed against what was expected."""

    EXPECTED_NEGATIVE = "expected_negative"
    EXPECTED_POSITIVE = "expected_positive"
    EXPECTED_RESIDUAL = "expected_residual"
    UNEXPECTED_POSITIVE = "unexpected_positive"
    UNEXPECTED_NEGATIVE = "unexpected_negative"
    INVALID = "invalid"
    DILUTE = "dilute"
    SUBSTITUTED = "substituted"
    ADULTERATED = "adulterated"


class Analyte(StrEnum):
    """What a drug test looks for; a substance or the metabolite that shows it."""

    AMPHETAMINE = "amphetamine"
    METHAMPHETAMINE = "methamphetamine"
    BENZODIAZEPINE = "benzodiazepine"
    COCAINE = "cocaine"
    OPIATE = "opiate"
    OXYCODONE = "oxycodone"
    HEROIN_6_MAM = "heroin_6_mam"
    METHADONE = "methadone"
    BUPRENORPHINE = "buprenorphine"
    FENTANYL = "fentanyl"
    CANNABIS = "cannabis"
    ALCOHOL = "alcohol"


class NotCollected(StrEnum):
    """Why no specimen was collected."""

    REFUSED = "refused"
    DID_NOT_COME = "did_not_come"
    UNABLE = "unable"
    CALLED_OFF = "called_off"


class StockMovement(StrEnum):
    """What changes the stock of a lot."""

    RECEIVED = "received"
    DISPENSED = "dispensed"
    WASTED = "wasted"
    RETURNED = "returned"
    COUNTED = "counted"


class InjectionSite(StrEnum):
    """Where an extended-release injection is given."""

    ABDOMEN = "abdomen"
    THIGH = "thigh"
    BUTTOCK = "buttock"
    UPPER_ARM = "upper_arm"


class BodySide(StrEnum):
    """On which side of the body."""

    LEFT = "left"
    RIGHT = "right"


class WasteReason(StrEnum):
    """Why stock was destroyed."""

    EXPIRED = "expired"
    DAMAGED = "damaged"
    SPILLED = "spilled"
    NOT_TAKEN = "not_taken"
    RECALLED = "recalled"


class StockReport(StrEnum):
    """What is reported about a count that differs from the ledger."""

    COMPLIANCE = "compliance"
    LOSS_FORM = "loss_form"
