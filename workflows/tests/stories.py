"""Facts in the order in which a story tells them, with gapless versions per service."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import (
    intake,
    intake_clinical,
    intake_decisions,
    medication,
    medication_giving,
    medication_orders,
    notifications_replies,
    scheduling,
    scheduling_care,
)
from stepwell_contracts.journey import JourneyEvent, StartJourney
from stepwell_contracts.journey_policy import AftercareCheck, JourneyPolicy, LadderStep, MeasureCadence, Response
from stepwell_kernel.codes import (
    AgeBand,
    AttendanceState,
    AuthorizationState,
    CareSignal,
    CrisisDisposition,
    DischargeReason,
    FollowUp,
    Instrument,
    LevelOfCare,
    Modality,
    OutreachChannel,
    Phase,
    PriorityClass,
    ReferralSource,
    RiskSignal,
    Role,
    SuicideRisk,
    TaskKind,
    TreatmentPart,
    Urgency,
)
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import (
    DrugTestResult,
    InjectionTiming,
    Medicine,
    MissedDoseStep,
    NotCollected,
    VisitReason,
)
from stepwell_workflows.journey.happenings import Fact

FACILITY = UUID("0193a000-0000-7000-8000-000000000001")
PROGRAM = UUID("0193a000-0000-7000-8000-000000000011")
STEP_DOWN_PROGRAM = UUID("0193a000-0000-7000-8000-000000000012")
OTHER_FACILITY = UUID("0193a000-0000-7000-8000-000000000002")
CLINICIAN = UUID("0193a000-0000-7000-8000-000000000102")
ORDER = UUID("0193a000-0000-7000-8000-000000000201")

DECISIONS = {model.type.split(".")[2].removesuffix("_decided"): model for model in intake_decisions.DECISIONS}

#: A Wednesday morning in New York.
REFERRED_AT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def _step(after: int, kind: TaskKind, role: Role, due: int, *, until_return: bool = False) -> LadderStep:
    return LadderStep(after_minutes=after, kind=kind, role=role, due_minutes=due, until_return=until_return)


def _response(trigger: FollowUp | RiskSignal | CareSignal, kind: TaskKind, role: Role, hours: int) -> Response:
    return Response(trigger=trigger, kind=kind, role=role, due_hours=hours)


POLICY = JourneyPolicy(
    version="test.1",
    zone="America/New_York",
    holidays=(date(2026, 5, 25),),
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
    measures=(
        MeasureCadence(instrument=Instrument.PHQ_9, treatment_days=14, step_down_days=30),
        MeasureCadence(instrument=Instrument.C_SSRS, treatment_days=7, step_down_days=30),
    ),
    measure_grace_days=3,
    week_close_after_hours=12,
    short_week_task_hours=24,
    level_review_after_short_weeks=2,
    utilization_review_after_short_weeks=3,
    ladder=(
        _step(30, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 240),
        _step(1440, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 1440),
        _step(4320, TaskKind.SAFETY_DECISION, Role.SUPERVISOR, 1440),
        _step(20160, TaskKind.ADMINISTRATIVE_REVIEW, Role.SUPERVISOR, 4320, until_return=True),
    ),
    fast_ladder=(
        _step(0, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 60),
        _step(120, TaskKind.SAFETY_DECISION, Role.SUPERVISOR, 480),
        _step(20160, TaskKind.ADMINISTRATIVE_REVIEW, Role.SUPERVISOR, 4320, until_return=True),
    ),
    suicide_risk_days=30,
    overdose_risk_days=90,
    missed_dose_risk_days=7,
    crisis_disposition_hours=4,
    responses=(
        _response(FollowUp.C_SSRS_SAME_VISIT, TaskKind.MEASURE_DUE, Role.COUNSELOR, 4),
        _response(FollowUp.SAFETY_FOLLOW_UP, TaskKind.SAFETY_FOLLOW_UP, Role.COUNSELOR, 72),
        _response(FollowUp.LEVEL_OF_CARE_REVIEW, TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR, 72),
        Response(trigger=RiskSignal.LAPSE, kind=TaskKind.OUTREACH_CALL, role=Role.COUNSELOR, due_business_days=1),
        _response(RiskSignal.LAPSE, TaskKind.PLAN_REVIEW, Role.COUNSELOR, 168),
        _response(RiskSignal.OVERDOSE, TaskKind.OUTREACH_CALL, Role.COUNSELOR, 24),
        _response(RiskSignal.OVERDOSE, TaskKind.LEVEL_OF_CARE_REVIEW, Role.COUNSELOR, 24),
    ),
    signal_responses=(
        _response(CareSignal.DOSE_MISSED, TaskKind.OUTREACH_CALL, Role.NURSE, 8),
        _response(CareSignal.DOSES_HELD, TaskKind.DOSE_REVIEW, Role.PRESCRIBER, 8),
        _response(CareSignal.INDUCTION_NEEDED, TaskKind.DOSE_REVIEW, Role.PRESCRIBER, 8),
        _response(CareSignal.INJECTION_OVERDUE, TaskKind.INJECTION_OVERDUE, Role.NURSE, 8),
        _response(CareSignal.TEST_UNEXPECTED, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR, 24),
        _response(CareSignal.MEDICINE_ABSENT, TaskKind.DIVERSION_CHECK, Role.NURSE, 168),
        _response(CareSignal.TEST_REFUSED, TaskKind.DRUG_TEST_REVIEW, Role.COUNSELOR, 24),
        _response(CareSignal.WEEK_PLAN_SHORT, TaskKind.WEEK_PLAN_SHORT, Role.SCHEDULER, 24),
        _response(CareSignal.VISIT_NOT_BOOKED, TaskKind.VISIT_BOOKING, Role.SCHEDULER, 24),
        _response(CareSignal.CRISIS_REPLY, TaskKind.CRISIS_REPLY, Role.COUNSELOR, 1),
    ),
    skills_after_weeks=2,
    consolidate_after_weeks=8,
    step_down_review_weeks=2,
    step_down_weeks=12,
    discharge_plan_days_before=14,
    next_level_days_before=7,
    hold_review_days=14,
    aftercare_checks=tuple(
        AftercareCheck(days=days, window_days=window)
        for days, window in ((3, 2), (7, 3), (30, 7), (60, 7), (90, 14), (180, 14), (365, 30))
    ),
    aftercare_days=365,
)


@dataclass
class Story:
    """One episode's facts; each call tells the next one."""

    episode_id: UUID = field(default_factory=new_id)
    patient_id: UUID = field(default_factory=new_id)
    versions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def start(self) -> StartJourney:
        """What the bridge starts the journey with."""
        return StartJourney(
            tenant="riverbend",
            episode_id=self.episode_id,
            patient_id=self.patient_id,
            facility_id=FACILITY,
            program_id=PROGRAM,
            age_band=AgeBand.ADULT,
        )

    def tell(self, event: Event, at: datetime = REFERRED_AT) -> Fact:
        """A fact of the service that owns the event's type."""
        service = event.type.split(".")[1]
        self.versions[service] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.type,
            source=service,
            time=at,
            subject=str(self.patient_id),
            tenant="riverbend",
            version=self.versions[service],
            episode=self.episode_id,
        )
        return Fact(envelope, event)

    def referred(
        self,
        urgency: Urgency = Urgency.ROUTINE,
        priority: PriorityClass = PriorityClass.GENERAL,
        at: datetime = REFERRED_AT,
    ) -> Fact:
        """The referral."""
        return self.tell(
            intake.ReferralReceived(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=FACILITY,
                program_id=PROGRAM,
                source=ReferralSource.PROVIDER,
                urgency=urgency,
                age_band=AgeBand.ADULT,
                priority=priority,
            ),
            at,
        )

    def contacted(self, at: datetime = REFERRED_AT) -> Fact:
        """The first contact."""
        return self.tell(intake.FirstContactRecorded(episode_id=self.episode_id, contacted_by=CLINICIAN), at)

    def entered(
        self,
        phase: Phase,
        previous: Phase,
        part: TreatmentPart | None = None,
        at: datetime = REFERRED_AT,
        facility_id: UUID = FACILITY,
    ) -> Fact:
        """A change of phase, or of the facility in the same phase."""
        return self.tell(
            intake.EpisodePhaseChanged(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=facility_id,
                program_id=PROGRAM,
                age_band=AgeBand.ADULT,
                phase=phase,
                part=part,
                previous=previous,
                prescribed_minutes_per_week=540,
            ),
            at,
        )

    def assessed(self, at: datetime = REFERRED_AT) -> Fact:
        """The level of care was decided."""
        return self.tell(
            intake.LevelOfCareDecided(
                episode_id=self.episode_id,
                assessment_id=new_id(),
                recommended=LevelOfCare.INTENSIVE_OUTPATIENT,
                decided=LevelOfCare.INTENSIVE_OUTPATIENT,
                rule_version="placement/1",
                decided_by=CLINICIAN,
            ),
            at,
        )

    def decided(self, decision: str, at: datetime = REFERRED_AT, **terms: Any) -> Fact:
        """A decision by its name in the events, `hold` or `step_up`; terms that matter to a test can be given."""
        model = DECISIONS[decision]
        usual = {
            "episode_id": self.episode_id,
            "decided_by": CLINICIAN,
            "program_id": STEP_DOWN_PROGRAM if decision == "step_down" else PROGRAM,
            "facility_id": OTHER_FACILITY,
            "prescribed_minutes_per_week": 180 if decision == "step_down" else 540,
            "reason_code": "test",
            "reason": DischargeReason.COMPLETED,
            "last_contact_on": at.date(),
        }
        fields = {name: value for name, value in {**usual, **terms}.items() if name in model.model_fields}
        return self.tell(model.model_validate(fields), at)

    def week_closed(self, starts_on: date, attended: int, at: datetime = REFERRED_AT) -> Fact:
        """A closed week."""
        return self.tell(
            scheduling.WeekClosed(
                episode_id=self.episode_id,
                week_starts_on=starts_on,
                required_minutes=540,
                attended_minutes=attended,
                shortfall_minutes=max(540 - attended, 0),
            ),
            at,
        )

    def missed(self, starts_at: datetime, at: datetime | None = None) -> Fact:
        """A missed session, recorded when it began unless another time is given."""
        return self.tell(
            scheduling.SessionMissed(booking_id=new_id(), episode_id=self.episode_id, starts_at=starts_at),
            at or starts_at,
        )

    def returned(self, at: datetime) -> Fact:
        """The patient came again."""
        return self.tell(
            scheduling.AttendanceResumed(booking_id=new_id(), episode_id=self.episode_id, starts_at=at), at
        )

    def amended(self, starts_on: date, attended: int, at: datetime) -> Fact:
        """Attendance of a closed week was changed."""
        return self.tell(
            scheduling_care.AttendanceAmended(
                booking_id=new_id(),
                episode_id=self.episode_id,
                session_id=new_id(),
                modality=Modality.GROUP_THERAPY,
                state=AttendanceState.PRESENT,
                minutes=120,
                former_minutes=0,
                week_starts_on=starts_on,
                required_minutes=540,
                attended_minutes=attended,
                shortfall_minutes=max(540 - attended, 0),
            ),
            at,
        )

    def planned(self, starts_on: date, minutes: int, at: datetime) -> Fact:
        """A planned week."""
        return self.tell(
            scheduling_care.WeekPlanned(
                plan_id=new_id(),
                episode_id=self.episode_id,
                week_starts_on=starts_on,
                required_minutes=540,
                planned_minutes=minutes,
                shortfall_minutes=max(540 - minutes, 0),
                booked=5,
                given_up=0,
                rule_version="mix/1",
            ),
            at,
        )

    def dose_missed(self, step: MissedDoseStep, at: datetime) -> Fact:
        """A day without the dose that was due."""
        return self.tell(
            medication_giving.DoseMissed(
                order_id=ORDER,
                episode_id=self.episode_id,
                medicine=Medicine.METHADONE,
                missed_on=at.date(),
                days_missed=1,
                step=step,
                rule_version="missed/1",
            ),
            at,
        )

    def dose_observed(self, at: datetime) -> Fact:
        """A dose that was taken."""
        return self.tell(
            medication.DoseObserved(
                dose_id=new_id(),
                order_id=ORDER,
                episode_id=self.episode_id,
                medicine=Medicine.METHADONE,
                amount_mg=Decimal(60),
                observed_by=CLINICIAN,
            ),
            at,
        )

    def injection_overdue(self, at: datetime) -> Fact:
        """The window of an injection has passed."""
        return self.tell(
            medication_giving.InjectionOverdue(
                order_id=ORDER,
                episode_id=self.episode_id,
                medicine=Medicine.SUBLOCADE,
                due_on=at.date() - timedelta(days=14),
                late_after=at.date() - timedelta(days=1),
                rule_version="window/1",
            ),
            at,
        )

    def injected(self, at: datetime) -> Fact:
        """An injection that was given."""
        return self.tell(
            medication_giving.InjectionGiven(
                injection_id=new_id(),
                order_id=ORDER,
                episode_id=self.episode_id,
                medicine=Medicine.SUBLOCADE,
                amount_mg=Decimal(300),
                given_on=at.date(),
                timing=InjectionTiming.LATE,
                next_due_on=at.date() + timedelta(days=28),
                late_after=at.date() + timedelta(days=42),
                rule_version="window/1",
            ),
            at,
        )

    def tested(self, result: DrugTestResult, at: datetime) -> Fact:
        """The result of a drug test."""
        return self.tell(
            medication_giving.DrugTestResulted(
                test_id=new_id(),
                episode_id=self.episode_id,
                result=result,
                is_definitive=False,
                rule_version="test/1",
            ),
            at,
        )

    def not_collected(self, reason: NotCollected, at: datetime) -> Fact:
        """No specimen."""
        event = medication_giving.DrugTestNotCollected(test_id=new_id(), episode_id=self.episode_id, reason=reason)
        return self.tell(event, at)

    def visit_needed(self, at: datetime) -> Fact:
        """The patient must be seen for medication."""
        return self.tell(
            medication_orders.VisitNeeded(
                visit_id=new_id(),
                episode_id=self.episode_id,
                order_id=ORDER,
                reason=VisitReason.INJECTION,
                minutes=30,
                not_before=at + timedelta(days=1),
                not_after=at + timedelta(days=3),
                target_day=at.date() + timedelta(days=2),
            ),
            at,
        )

    def crisis_reply(self, at: datetime) -> Fact:
        """Words of crisis in a reply."""
        event = notifications_replies.CrisisReplyReceived(
            reply_id=new_id(), episode_id=self.episode_id, facility_id=FACILITY
        )
        return self.tell(event, at)

    def outreach(self, at: datetime, *, reached: bool) -> Fact:
        """An attempt to reach a patient who stayed away."""
        return self.tell(
            intake_clinical.OutreachRecorded(
                episode_id=self.episode_id,
                outreach_id=new_id(),
                channel=OutreachChannel.PHONE,
                reached=reached,
                recorded_by=CLINICIAN,
            ),
            at,
        )

    def screened(
        self,
        instrument: Instrument,
        at: datetime = REFERRED_AT,
        *,
        risk: SuicideRisk | None = None,
        follow_ups: tuple[FollowUp, ...] = (),
    ) -> Fact:
        """A filled-in instrument."""
        return self.tell(
            intake_clinical.ScreenRecorded(
                episode_id=self.episode_id,
                screen_id=new_id(),
                instrument=instrument,
                band_code="none",
                suicide_risk=risk,
                follow_ups=follow_ups,
                rule_version="screen/1",
            ),
            at,
        )

    def at_risk(self, signal: RiskSignal, at: datetime = REFERRED_AT) -> Fact:
        """A report of a risk."""
        return self.tell(
            intake_clinical.RiskReported(episode_id=self.episode_id, report_id=new_id(), signal=signal, happened_at=at),
            at,
        )

    def crisis(self, crisis_id: UUID, at: datetime = REFERRED_AT) -> Fact:
        """Somebody is in danger."""
        return self.tell(
            intake_clinical.CrisisRaised(
                episode_id=self.episode_id, patient_id=self.patient_id, facility_id=FACILITY, crisis_id=crisis_id
            ),
            at,
        )

    def crisis_over(self, crisis_id: UUID, at: datetime = REFERRED_AT) -> Fact:
        """The disposition of a crisis."""
        return self.tell(
            intake_clinical.CrisisClosed(
                episode_id=self.episode_id,
                crisis_id=crisis_id,
                disposition=CrisisDisposition.SAFETY_PLAN,
                closed_by=CLINICIAN,
            ),
            at,
        )

    def authorized(
        self, covers_to: date, at: datetime, state: AuthorizationState = AuthorizationState.APPROVED
    ) -> Fact:
        """The payer's answer."""
        return self.tell(
            intake_clinical.AuthorizationRecorded(
                episode_id=self.episode_id,
                authorization_id=new_id(),
                state=state,
                units=12,
                covers_from=at.date(),
                covers_to=covers_to,
            ),
            at,
        )

    def plan_signed(self, at: datetime) -> Fact:
        """A signed plan."""
        return self.tell(
            intake_clinical.PlanSigned(episode_id=self.episode_id, plan_id=new_id(), signed_by=CLINICIAN), at
        )

    def plan_reviewed(self, at: datetime) -> Fact:
        """A reviewed plan."""
        event = intake_clinical.PlanReviewed(
            episode_id=self.episode_id, plan_id=new_id(), goals=4, goals_met=1, reviewed_by=CLINICIAN
        )
        return self.tell(event, at)

    def completed(self, task_id: UUID, at: datetime) -> Fact:
        """A task that a person completed."""
        event = intake_clinical.CareTaskCompleted(
            episode_id=self.episode_id, task_id=task_id, outcome="done", completed_by=CLINICIAN
        )
        return self.tell(event, at)

    def readmitted(self, at: datetime) -> Fact:
        """The patient came back under a new episode."""
        return self.tell(intake.EpisodeReadmitted(episode_id=self.episode_id, next_episode_id=new_id()), at)

    def followed_up(self, at: datetime = REFERRED_AT, *, reached: bool = True) -> Fact:
        """A follow-up call in aftercare."""
        return self.tell(
            intake.AftercareContactRecorded(
                episode_id=self.episode_id, contact_id=new_id(), reached=reached, recorded_by=CLINICIAN
            ),
            at,
        )


def raw(fact: Fact) -> dict[str, Any]:
    """The fact as the bridge signals it."""
    return JourneyEvent(envelope=fact.envelope, data=fact.event.model_dump(mode="json")).model_dump(mode="json")
