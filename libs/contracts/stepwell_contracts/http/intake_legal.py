"""Bodies of intake's API about consent, disclosure, authorization, the admission gate, the plan and outreach."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.common import FieldProblemBody
from stepwell_kernel.codes import AuthorizationState, DisclosureGround, LevelOfCare, Modality, OutreachChannel
from stepwell_kernel.legal_codes import (
    ConsentPurpose,
    Evidence,
    InformationScope,
    PlanGoal,
    Requester,
    RequestPurpose,
    UnitKind,
)

Name = Annotated[str, Field(min_length=1, max_length=120)]
Signer = Literal["patient", "authorized_person", "patient_and_guardian"]
Units = Annotated[int, Field(ge=0, le=10_000)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class GrantConsent(Body):
    """A consent to disclosure with the elements of 42 CFR 2.31(a); which of them a purpose needs is a rule."""

    purpose: ConsentPurpose
    discloser: Name
    information: Annotated[str, Field(min_length=3, max_length=500)]
    scope: Annotated[tuple[InformationScope, ...], Field(max_length=20)] = ()
    recipients: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    intermediary: Name | None = None
    revocation_explained: Literal[True]
    redisclosure_explained: bool = False
    refusal_consequences_explained: bool = False
    expires_on: date | None = None
    irrevocable_until: Annotated[date | None, Field(description="42 CFR 2.35, for the courts only")] = None
    signed_by: Signer
    signed_on: date


class ConsentRecorded(Value):
    """The consent."""

    consent_id: UUID


class RevokeConsent(Body):
    """The patient takes a consent back; it counts from the moment it is received."""

    revoked_by: Signer
    form: Literal["written", "spoken"]


class ConsentRevocation(Value):
    """The consent as it stands after the revocation."""

    consent_id: UUID
    revoked_at: Instant


class DecideDisclosure(Body):
    """Somebody asks for records. An emergency is recorded with the recipient's affiliation and its nature."""

    requester: Requester
    purpose: RequestPurpose
    scope: Annotated[tuple[InformationScope, ...], Field(min_length=1, max_length=20)]
    recipient: Name
    affiliation: Name | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=10)] = ()
    emergency_nature: Annotated[str | None, Field(min_length=3, max_length=500)] = None


class DisclosureDecision(Value):
    """Allowed or denied, with the ground.

    `notice` names the text that goes with the records, `instruction` what the desk does now. `consent_version` is the
    version of the rule that the consent was checked against.
    """

    disclosure_id: UUID
    allowed: bool
    ground: DisclosureGround
    notice: str | None = None
    instruction: str | None = None
    consent_id: UUID | None = None
    consent_version: str | None = None
    rule_version: str


class DisclosureEntry(Value):
    """One line of the accounting of disclosures."""

    disclosure_id: UUID
    decided_at: Instant
    decided_by: UUID
    requester: Requester
    purpose: RequestPurpose
    scope: tuple[InformationScope, ...]
    recipient: str
    affiliation: str | None
    allowed: bool
    ground: DisclosureGround
    consent_id: UUID | None
    notice: str | None
    instruction: str | None
    rule_version: str
    reviewed_at: Instant | None


class DisclosureAccounting(Value):
    """Every decision about the records since a day, the oldest first."""

    since: date
    disclosures: tuple[DisclosureEntry, ...]


class ReviewDisclosure(Body):
    """What was found on looking at a decision about records afterwards."""

    outcome: Literal["in_order", "breach_suspected"]


class DisclosureReviewed(Value):
    """Who had to look at the decision did."""

    disclosure_id: UUID
    reviewed_at: Instant


class RecordAuthorization(Body):
    """What a payer answered; both days are covered. `replaces` names the answer that this one takes the place of."""

    reference: Annotated[str, Field(min_length=1, max_length=80, description="the payer's number")]
    level: LevelOfCare
    state: AuthorizationState
    units: Units
    units_used: Units = 0
    unit_kind: UnitKind
    covers_from: date
    covers_to: date
    replaces: UUID | None = None


class AuthorizationRecord(Value):
    """The authorization."""

    authorization_id: UUID


class AuthorizationView(Value):
    """An authorization as it stands today; `alert` tells how urgent the units that are left are."""

    authorization_id: UUID
    level: LevelOfCare
    state: AuthorizationState
    units: int
    units_left: int
    unit_kind: UnitKind
    covers_from: date
    covers_to: date
    in_force: bool
    alert: str


class AuthorizationList(Value):
    """What the payers of an episode answered, by the first covered day."""

    authorizations: tuple[AuthorizationView, ...]


class GateItemView(Value):
    """An item of the checklist; complete, when nothing is missing."""

    item: str
    missing: tuple[FieldProblemBody, ...]


class AdmissionGate(Value):
    """The admission gate as it stands, without a decision."""

    complete: bool
    rule_version: str
    items: tuple[GateItemView, ...]


class GoalBody(Body):
    """What is to be reached by a day."""

    code: PlanGoal
    target_on: date


class PrescribedSessionsBody(Body):
    """So many sessions of a modality, of so many minutes each, every so many weeks."""

    modality: Modality
    sessions: Annotated[int, Field(ge=1, le=14)]
    minutes: Annotated[int, Field(ge=10, le=480)]
    every_weeks: Annotated[int, Field(ge=1, le=12)] = 1


class DraftPlan(Body):
    """A treatment plan: goals with their dates, minutes a week by modality and the sessions that they are held in.

    Without `mix` the weeks are planned by the program's own.
    """

    goals: Annotated[tuple[GoalBody, ...], Field(min_length=1, max_length=20)]
    minutes_per_week: Annotated[dict[Modality, Minutes], Field(min_length=1)]
    mix: Annotated[tuple[PrescribedSessionsBody, ...], Field(max_length=20)] = ()


class PlanRecorded(Value):
    """The plan."""

    plan_id: UUID
    state: str


class SignPlan(Body):
    """The clinician who sends this signs; so did the patient, that day."""

    patient_signed_by: Signer
    patient_signed_on: date


class ReviewPlan(Body):
    """Which goals of the plan are met."""

    goals_met: Annotated[tuple[PlanGoal, ...], Field(max_length=20)]


class PlanReview(Value):
    """A review of the plan: goals met of the goals set."""

    review_id: UUID
    goals: int
    goals_met: int


class PlanView(Value):
    """A plan as it stands."""

    plan_id: UUID
    state: str
    goals: tuple[GoalBody, ...]
    minutes_per_week: dict[Modality, int]
    mix: tuple[PrescribedSessionsBody, ...]
    drafted_on: date
    signed_at: Instant | None
    reviewed_at: Instant | None


class PlanList(Value):
    """The plans of an episode, the newest first."""

    plans: tuple[PlanView, ...]


class RecordOutreach(Body):
    """Staff tried to reach a patient who stayed away."""

    channel: OutreachChannel
    reached: bool


class OutreachNoted(Value):
    """The attempt."""

    outreach_id: UUID
