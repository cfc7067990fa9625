"""The state of a journey: one versioned model, carried from run to run."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Instant, Value
from stepwell_contracts.journey import ClockSegment, StartJourney
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import AgeBand, Phase, PriorityClass, TreatmentPart, Urgency
from stepwell_workflows.journey.obligations import Obligation
from stepwell_workflows.sagas.run import SagaRun

SCHEMA_VERSION = 1

#: Versions by service.
Owed = dict[str, tuple[int, ...]]


class Action(Value):
    """An activity that waits or runs. `message` is the dump of its model; a saga's outcome goes to the saga."""

    index: int
    queue: str
    name: str
    message: dict[str, Any]
    of_saga: bool = False


class Parked(Value):
    """An event that could not be handled: kept as it came, with the error's name."""

    raw: dict[str, Any]
    error: str


class WeekRecord(Value):
    """A closed week, and when it was closed."""

    starts_on: date
    required_minutes: int
    attended_minutes: int
    closed_at: Instant


class Absence(Value):
    """A missed session: when it began, and when the absence was recorded."""

    starts_at: Instant
    noted_at: Instant


class Clinical(Value):
    """What the facts told of the patient, by domain time, so that the order of arrival makes no difference.

    `measures` is when each instrument was last filled in, `authorized_to` the last covered day, `contacted_at` when
    outreach last reached the patient; `absences` are those since the patient last came, `signals` when each signal of
    another service was given and not answered since.
    """

    plan_signed_at: Instant | None = None
    plan_reviewed_at: Instant | None = None
    level_reviewed_at: Instant | None = None
    authorized_to: date | None = None
    measures: dict[str, Instant] = Field(default_factory=dict)
    suicide_risk_at: Instant | None = None
    overdose_at: Instant | None = None
    dose_missed_at: Instant | None = None
    contacted_at: Instant | None = None
    absences: tuple[Absence, ...] = ()
    signals: dict[str, tuple[Instant, ...]] = Field(default_factory=dict)


class JourneyState(Value):
    """Everything a journey knows.

    `versions` is the last version applied of each service's stream about the patient; older ones are repeats, but for
    those that are `owed`: they were parked and have not been applied since. `phase_told` is the version of intake's
    stream that told the present phase.
    `early` are facts of care that arrived before the phase that they belong to, as they came. `since` is when the
    present phase was entered, `care_since` when care last began or went on. `course_began_on` is the local day on which
    the present course of treatment began, `weeks_from` the day that its weeks are counted from, `weeks_asked` the first
    days of weeks that fell short and were asked about.
    """

    schema_version: int = SCHEMA_VERSION
    tenant: str
    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID
    age_band: AgeBand
    urgency: Urgency = Urgency.ROUTINE
    priority: PriorityClass = PriorityClass.GENERAL
    phase: Phase = Phase.REFERRAL
    part: TreatmentPart | None = None
    since: Instant | None = None
    care_since: Instant | None = None
    held_from: Phase | None = None
    held_part: TreatmentPart | None = None
    referred_at: Instant | None = None
    course_began_on: date | None = None
    weeks_from: date | None = None
    discharged_at: Instant | None = None
    weeks: tuple[WeekRecord, ...] = ()
    weeks_asked: tuple[str, ...] = ()
    clinical: Clinical = Clinical()
    policy: JourneyPolicy | None = None
    policy_wanted: bool = True
    at_phase_border: bool = False
    versions: dict[str, int] = Field(default_factory=dict)
    owed: Owed = Field(default_factory=dict)
    phase_told: int = 0
    early: tuple[dict[str, Any], ...] = ()
    obligations: dict[str, Obligation] = Field(default_factory=dict)
    outstanding: tuple[Action, ...] = ()
    next_index: int = 0
    saga: SagaRun | None = None
    sagas_waiting: tuple[SagaRun, ...] = ()
    parked: tuple[Parked, ...] = ()
    stuck: tuple[int, ...] = ()
    waiting: tuple[dict[str, Any], ...] = ()
    segments: tuple[ClockSegment, ...] = ()

    def wakes_at(self) -> Instant | None:
        """The nearest instant, in domain time, at which an obligation wants something."""
        return min((obligation.wakes_at for obligation in self.obligations.values()), default=None)


def first_state(start: StartJourney) -> JourneyState:
    """What a journey knows when it starts."""
    return JourneyState(
        tenant=start.tenant,
        episode_id=start.episode_id,
        patient_id=start.patient_id,
        facility_id=start.facility_id,
        program_id=start.program_id,
        age_band=start.age_band,
        segments=start.segments,
    )
