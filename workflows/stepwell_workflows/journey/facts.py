"""The table of facts: what the journey does about each."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from stepwell_contracts.events import (
    intake,
    intake_clinical as clinical,
    intake_decisions as decided,
    medication,
    medication_giving as giving,
    medication_orders as orders,
    scheduling,
    scheduling_care as care,
)
from stepwell_contracts.events.notifications_replies import CrisisReplyReceived
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.reactions import (
    attendance,
    clinical as on_clinical,
    decisions,
    medication as given,
    standing,
)

Reaction = Callable[[Draft, Fact, Any], None]


def noted(draft: Draft, fact: Fact, event: object) -> None:
    """A fact that nothing depends on yet; that it was seen is in the versions."""
    del draft, fact, event


REACTIONS: Mapping[str, Reaction] = MappingProxyType(
    {
        intake.ReferralReceived.type: standing.on_referral_received,
        intake.FirstContactRecorded.type: noted,
        intake.EpisodePhaseChanged.type: standing.on_phase_changed,
        intake.EpisodeReadmitted.type: standing.on_readmitted,
        intake.LevelOfCareDecided.type: decisions.on_level_of_care_decided,
        intake.ConsentGranted.type: noted,
        decided.AdmissionDecided.type: decisions.on_admission_decided,
        decided.DeclineDecided.type: decisions.on_decline_decided,
        decided.WaitlistDecided.type: decisions.on_waitlist_decided,
        decided.HoldDecided.type: decisions.on_hold_decided,
        decided.ResumeDecided.type: decisions.on_resume_decided,
        decided.StepDownDecided.type: decisions.on_step_down_decided,
        decided.StepUpDecided.type: decisions.on_step_up_decided,
        decided.TransferDecided.type: decisions.on_transfer_decided,
        decided.DischargeDecided.type: decisions.on_discharge_decided,
        clinical.ScreenRecorded.type: on_clinical.on_screen_recorded,
        clinical.RiskReported.type: on_clinical.on_risk_reported,
        clinical.CrisisRaised.type: on_clinical.on_crisis_raised,
        clinical.CrisisClosed.type: on_clinical.on_crisis_closed,
        clinical.AuthorizationRecorded.type: on_clinical.on_authorization_recorded,
        clinical.PlanSigned.type: on_clinical.on_plan_signed,
        clinical.PlanReviewed.type: on_clinical.on_plan_reviewed,
        clinical.OutreachRecorded.type: on_clinical.on_outreach_recorded,
        clinical.CareTaskCompleted.type: on_clinical.on_task_completed,
        intake.AftercareContactRecorded.type: on_clinical.on_aftercare_contact,
        scheduling.WeekClosed.type: attendance.on_week_closed,
        scheduling.SessionMissed.type: attendance.on_session_missed,
        scheduling.AttendanceResumed.type: attendance.on_attendance_resumed,
        care.AttendanceAmended.type: attendance.on_attendance_amended,
        care.WeekPlanned.type: attendance.on_week_planned,
        medication.OrderStarted.type: noted,
        medication.DoseObserved.type: given.on_dose_observed,
        orders.OrderEnded.type: noted,
        orders.VisitNeeded.type: given.on_visit_needed,
        giving.DoseMissed.type: given.on_dose_missed,
        giving.InjectionGiven.type: given.on_injection_given,
        giving.InjectionOverdue.type: given.on_injection_overdue,
        giving.DrugTestResulted.type: given.on_drug_test_resulted,
        giving.DrugTestNotCollected.type: given.on_drug_test_not_collected,
        CrisisReplyReceived.type: given.on_crisis_reply,
    }
)

#: Facts that happen in care only: one that arrives before care has begun was quicker than intake's word of it.
OF_CARE = frozenset(
    {
        scheduling.WeekClosed.type,
        scheduling.SessionMissed.type,
        scheduling.AttendanceResumed.type,
        care.AttendanceAmended.type,
    }
)
