"""Bodies of intake's API."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.codes import (
    AgeBand,
    Channel,
    LevelOfCare,
    PayerKind,
    Phase,
    PriorityClass,
    ReferralSource,
    TreatmentPart,
    Urgency,
)

Name = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
PhoneNumber = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", description="E.164")]
Rating = Annotated[int, Field(ge=0, le=4)]
WeeklyMinutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
MemberId = Annotated[str, Field(min_length=1, max_length=80, description="member id at the insurer")]


class NewPatient(Body):
    """Identity of a referred person, as the referral states it."""

    given_name: Name
    family_name: Name
    born_on: date
    zone: Annotated[str, Field(description="IANA zone of the patient", max_length=64)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1")] = "en"
    email: Email | None = None
    phone: PhoneNumber | None = None


class ReceiveReferral(Body):
    """A referral to a program of a facility; a member id needs an insurer as payer."""

    facility_id: UUID
    program_id: UUID
    source: ReferralSource
    urgency: Urgency = Urgency.ROUTINE
    priority: PriorityClass = PriorityClass.GENERAL
    payer: PayerKind | None = None
    member_id: MemberId | None = None
    patient: NewPatient


class EpisodeOpened(Value):
    """The episode of care that a referral opened."""

    episode_id: UUID
    patient_id: UUID
    phase: Phase


class RecordFirstContact(Body):
    """Staff reached the referred person."""

    spoke_with: Literal["patient", "guardian"]


class SetContactPermission(Body):
    """Whether the patient may be reached through a channel."""

    permitted: bool


class ContactPermission(Value):
    """The permission as it stands."""

    patient_id: UUID
    channel: Channel
    permitted: bool


class DimensionRatings(Body):
    """Risk ratings of the six dimensions, ASAM 3rd edition: 0 none to 4 severe, imminent danger."""

    dimension_1: Rating
    dimension_2: Rating
    dimension_3: Rating
    dimension_4: Rating
    dimension_5: Rating
    dimension_6: Rating


class Assess(Body):
    """Level-of-care ratings with the clinician's decision; a decision other than recommended needs a reason."""

    ratings: DimensionRatings
    decided: LevelOfCare
    reason_code: ReasonCode | None = None


class Assessed(Value):
    """What the rule recommends and what the clinician decided."""

    assessment_id: UUID
    recommended: LevelOfCare | None
    decided: LevelOfCare
    rule_version: str
    phase: Phase


class RecordAftercareContact(Body):
    """A follow-up call: whether the patient was reached."""

    reached: bool


class AftercareContact(Value):
    """The follow-up call."""

    contact_id: UUID


class CareTaskView(Value):
    """A task of an episode."""

    task_id: UUID
    kind: str
    role: str
    due_at: Instant
    state: str
    outcome: str | None


class EpisodeView(Value):
    """An episode as intake knows it; no identity."""

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    phase: Phase
    part: TreatmentPart | None
    prescribed_minutes_per_week: int
    received_at: Instant
    priority: PriorityClass = PriorityClass.GENERAL
    payer: PayerKind | None = None
    previous_episode_id: UUID | None = None
    tasks: tuple[CareTaskView, ...]


class ResolveContactPoint(Body):
    """Ask for the way to reach a patient, at the moment of sending."""

    patient_id: UUID
    purpose: Literal["care"]
    channel: Channel


class ContactPoint(Value):
    """How to reach a patient now; nothing of it is stored or logged by who asked.

    `address` is absent when `permitted` is false; `reason_code` then says why.
    """

    permitted: bool
    reason_code: str | None = None
    address: str | None = None
    first_name: str | None = None
    zone: str | None = None
    language: str | None = None
