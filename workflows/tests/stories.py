"""Facts in the order in which a story tells them, with gapless versions per service."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.events import intake, intake_decisions, scheduling
from stepwell_contracts.journey import JourneyEvent, StartJourney
from stepwell_kernel.codes import AgeBand, DischargeReason, Phase, ReferralSource, TreatmentPart, Urgency
from stepwell_kernel.ids import new_id
from stepwell_workflows.journey.happenings import Fact

FACILITY = UUID("0193a000-0000-7000-8000-000000000001")
PROGRAM = UUID("0193a000-0000-7000-8000-000000000011")
STEP_DOWN_PROGRAM = UUID("0193a000-0000-7000-8000-000000000012")
CLINICIAN = UUID("0193a000-0000-7000-8000-000000000102")

#: A Wednesday morning in New York.
REFERRED_AT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)

POLICY = JourneyPolicy(
    version="test.1",
    zone="America/New_York",
    holidays=(date(2026, 5, 25),),
    referral_contact_business_days=1,
    escalation_hours=24,
    week_close_after_hours=12,
    skills_after_weeks=2,
    consolidate_after_weeks=8,
    step_down_review_weeks=2,
    aftercare_check_days=(3, 7, 30, 60, 90, 180, 365),
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

    def referred(self) -> Fact:
        """The referral."""
        return self.tell(
            intake.ReferralReceived(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=FACILITY,
                program_id=PROGRAM,
                source=ReferralSource.PROVIDER,
                urgency=Urgency.ROUTINE,
                age_band=AgeBand.ADULT,
            )
        )

    def contacted(self) -> Fact:
        """The first contact."""
        return self.tell(intake.FirstContactRecorded(episode_id=self.episode_id, contacted_by=CLINICIAN))

    def entered(self, phase: Phase, previous: Phase, part: TreatmentPart | None = None) -> Fact:
        """A change of phase."""
        return self.tell(
            intake.EpisodePhaseChanged(
                episode_id=self.episode_id,
                patient_id=self.patient_id,
                facility_id=FACILITY,
                program_id=PROGRAM,
                age_band=AgeBand.ADULT,
                phase=phase,
                part=part,
                previous=previous,
                prescribed_minutes_per_week=540,
            )
        )

    def admission_decided(self) -> Fact:
        """The decision to admit."""
        return self.tell(
            intake_decisions.AdmissionDecided(
                episode_id=self.episode_id,
                program_id=PROGRAM,
                prescribed_minutes_per_week=540,
                decided_by=CLINICIAN,
            )
        )

    def step_down_decided(self) -> Fact:
        """The decision to step down."""
        return self.tell(
            intake_decisions.StepDownDecided(
                episode_id=self.episode_id,
                program_id=STEP_DOWN_PROGRAM,
                prescribed_minutes_per_week=180,
                decided_by=CLINICIAN,
            )
        )

    def discharge_decided(self, reason: DischargeReason = DischargeReason.COMPLETED) -> Fact:
        """The decision to discharge."""
        return self.tell(
            intake_decisions.DischargeDecided(
                episode_id=self.episode_id,
                reason=reason,
                last_contact_on=date(2026, 4, 1),
                decided_by=CLINICIAN,
            )
        )

    def week_closed(self, starts_on: date, attended: int) -> Fact:
        """A closed week."""
        return self.tell(
            scheduling.WeekClosed(
                episode_id=self.episode_id,
                week_starts_on=starts_on,
                required_minutes=540,
                attended_minutes=attended,
                shortfall_minutes=max(540 - attended, 0),
            )
        )

    def followed_up(self, *, reached: bool = True) -> Fact:
        """A follow-up call in aftercare."""
        return self.tell(
            intake.AftercareContactRecorded(
                episode_id=self.episode_id, contact_id=new_id(), reached=reached, recorded_by=CLINICIAN
            )
        )


def raw(fact: Fact) -> dict[str, Any]:
    """The fact as the bridge signals it."""
    return JourneyEvent(envelope=fact.envelope, data=fact.event.model_dump(mode="json")).model_dump(mode="json")
