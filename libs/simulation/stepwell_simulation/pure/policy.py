"""The deadline rules that intake starts with, as the document that a journey reads."""

from collections.abc import Sequence
from datetime import date

from stepwell_contracts.journey_policy import AftercareCheck, JourneyPolicy, LadderStep, MeasureCadence, Response
from stepwell_kernel.codes import CareSignal, FollowUp, Instrument, RiskSignal, Role, TaskKind

Trigger = FollowUp | RiskSignal | CareSignal


def usual_policy(zone: str, holidays: Sequence[date] = ()) -> JourneyPolicy:
    """The policy of a facility in an IANA zone, under the rows of intake's first rules."""
    return JourneyPolicy(
        version="usual.1",
        zone=zone,
        holidays=tuple(holidays),
        escalation_hours=24,
        escalation_repeat_days=7,
        referral_contact_business_days=1,
        urgent_contact_hours=24,
        intake_days=7,
        urgent_intake_hours=48,
        emergent_intake_hours=8,
        pregnant_intake_hours=48,
        injecting_intake_days=14,
        interim_services_hours=48,
        admission_days=7,
        waitlist_review_days=7,
        plan_signature_business_days=7,
        plan_review_days=30,
        authorization_review_business_days=5,
        measures=MEASURES,
        measure_grace_days=3,
        week_close_after_hours=12,
        short_week_task_hours=24,
        level_review_after_short_weeks=2,
        utilization_review_after_short_weeks=3,
        ladder=LADDER,
        fast_ladder=FAST_LADDER,
        suicide_risk_days=30,
        overdose_risk_days=90,
        missed_dose_risk_days=7,
        crisis_disposition_hours=4,
        responses=RESPONSES,
        signal_responses=SIGNAL_RESPONSES,
        skills_after_weeks=2,
        consolidate_after_weeks=8,
        step_down_review_weeks=2,
        step_down_weeks=12,
        discharge_plan_days_before=14,
        next_level_days_before=7,
        hold_review_days=14,
        aftercare_checks=AFTERCARE_CHECKS,
        aftercare_days=365,
    )


def _step(after: int, kind: TaskKind, role: Role, due: int, *, until_return: bool = False) -> LadderStep:
    return LadderStep(after_minutes=after, kind=kind, role=role, due_minutes=due, until_return=until_return)


def _within(trigger: Trigger, kind: TaskKind, role: Role, hours: int) -> Response:
    return Response(trigger=trigger, kind=kind, role=role, due_hours=hours)


def _by_business_day(trigger: Trigger, kind: TaskKind, role: Role, days: int = 1) -> Response:
    return Response(trigger=trigger, kind=kind, role=role, due_business_days=days)


MEASURES = (
    MeasureCadence(instrument=Instrument.PHQ_9, treatment_days=14, step_down_days=30),
    MeasureCadence(instrument=Instrument.GAD_7, treatment_days=14, step_down_days=30),
    MeasureCadence(instrument=Instrument.C_SSRS, treatment_days=7, step_down_days=30),
    MeasureCadence(instrument=Instrument.AUDIT_C, treatment_days=90, step_down_days=90),
)

LADDER = (
    _step(30, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 240),
    _step(1440, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 1440),
    _step(2880, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 1440),
    _step(4320, TaskKind.SAFETY_DECISION, Role.SUPERVISOR, 1440),
    _step(10080, TaskKind.CASE_CONFERENCE, Role.SUPERVISOR, 2880),
    _step(20160, TaskKind.ADMINISTRATIVE_REVIEW, Role.SUPERVISOR, 4320, until_return=True),
)

FAST_LADDER = (
    _step(0, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 60),
    _step(120, TaskKind.SAFETY_DECISION, Role.SUPERVISOR, 480),
    _step(1440, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 720),
    _step(2880, TaskKind.CASE_CONFERENCE, Role.SUPERVISOR, 1440),
    _step(20160, TaskKind.ADMINISTRATIVE_REVIEW, Role.SUPERVISOR, 4320, until_return=True),
)

RESPONSES = (
    _within(FollowUp.C_SSRS_SAME_VISIT, TaskKind.MEASURE_DUE, Role.COUNSELOR, 4),
    _within(FollowUp.CLINICIAN_EVALUATION, TaskKind.CLINICIAN_EVALUATION, Role.COUNSELOR, 8),
    _within(FollowUp.SAFETY_FOLLOW_UP, TaskKind.SAFETY_FOLLOW_UP, Role.COUNSELOR, 72),
    _within(FollowUp.RISK_FOLLOW_UP, TaskKind.SAFETY_FOLLOW_UP, Role.COUNSELOR, 168),
    _within(FollowUp.CLINICIAN_REVIEW, TaskKind.CLINICIAN_EVALUATION, Role.COUNSELOR, 8),
    _within(FollowUp.PRESCRIBER_REVIEW, TaskKind.PRESCRIBER_REVIEW, Role.PRESCRIBER, 168),
    _within(FollowUp.FULL_ASSESSMENT, TaskKind.CLINICIAN_EVALUATION, Role.COUNSELOR, 168),
    _by_business_day(FollowUp.DETERIORATION, TaskKind.CLINICIAN_EVALUATION, Role.COUNSELOR, 2),
    _within(FollowUp.LEVEL_OF_CARE_REVIEW, TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR, 72),
    _by_business_day(RiskSignal.LAPSE, TaskKind.OUTREACH_CALL, Role.COUNSELOR),
    _within(RiskSignal.LAPSE, TaskKind.PLAN_REVIEW, Role.COUNSELOR, 168),
    _within(RiskSignal.REPEATED_USE, TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR, 72),
    _within(RiskSignal.OVERDOSE, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 24),
    _within(RiskSignal.OVERDOSE, TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR, 24),
    _within(RiskSignal.OVERDOSE, TaskKind.PRESCRIBER_REVIEW, Role.PRESCRIBER, 8),
    _within(RiskSignal.EMERGENCY_VISIT, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 24),
    _within(RiskSignal.EMERGENCY_VISIT, TaskKind.TREATMENT_VISIT, Role.COUNSELOR, 168),
    _within(RiskSignal.MEDICAL_CONCERN, TaskKind.PRESCRIBER_REVIEW, Role.PRESCRIBER, 8),
)

SIGNAL_RESPONSES = (
    _within(CareSignal.DOSE_MISSED, TaskKind.OUTREACH_CALL, Role.NURSE, 8),
    _within(CareSignal.DOSES_HELD, TaskKind.DOSE_REVIEW, Role.PRESCRIBER, 8),
    _within(CareSignal.DOSES_HELD, TaskKind.SAFETY_DECISION, Role.SUPERVISOR, 24),
    _within(CareSignal.INDUCTION_NEEDED, TaskKind.DOSE_REVIEW, Role.PRESCRIBER, 8),
    _within(CareSignal.INJECTION_OVERDUE, TaskKind.INJECTION_OVERDUE, Role.NURSE, 8),
    _within(CareSignal.INJECTION_OVERDUE, TaskKind.PRESCRIBER_REVIEW, Role.PRESCRIBER, 24),
    _by_business_day(CareSignal.TEST_UNEXPECTED, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR),
    _by_business_day(CareSignal.MEDICINE_ABSENT, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR),
    _within(CareSignal.MEDICINE_ABSENT, TaskKind.DIVERSION_CHECK, Role.NURSE, 168),
    _by_business_day(CareSignal.SPECIMEN_DOUBTFUL, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR),
    _by_business_day(CareSignal.TEST_REFUSED, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR),
    _by_business_day(CareSignal.WEEK_PLAN_SHORT, TaskKind.WEEK_PLAN_SHORT, Role.SCHEDULER),
    _within(CareSignal.VISIT_NOT_BOOKED, TaskKind.VISIT_BOOKING, Role.SCHEDULER, 24),
    _within(CareSignal.CRISIS_REPLY, TaskKind.CRISIS_REPLY, Role.COUNSELOR, 1),
)

AFTERCARE_CHECKS = tuple(
    AftercareCheck(days=days, window_days=window)
    for days, window in ((3, 2), (7, 3), (30, 7), (60, 7), (90, 14), (180, 14), (365, 30))
)
