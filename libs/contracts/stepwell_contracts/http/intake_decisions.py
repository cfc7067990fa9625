"""Bodies of intake's API about decisions that the journey carries out, the step-down criteria and care tasks."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.intake import ReasonCode, WeeklyMinutes
from stepwell_kernel.codes import DischargeReason, LevelOfCare
from stepwell_kernel.decision_codes import (
    Arrests,
    CriterionState,
    Employment,
    LivingArrangement,
    ReferralGiven,
    SelfHelp,
    StepDownCriterion,
    SubstanceUse,
)


class DecideAdmission(Body):
    """Admit to a program with so many minutes of care a week.

    `authorization_reason_code` tells why care begins before the payer has answered.
    """

    program_id: UUID
    prescribed_minutes_per_week: WeeklyMinutes
    authorization_reason_code: ReasonCode | None = None


class DecideDecline(Body):
    """No care here: the program is not what the person needs, or the person does not want it."""

    reason_code: ReasonCode


class DecideWaitlist(Body):
    """The person waits for a seat."""

    reason_code: ReasonCode


class DecideHold(Body):
    """Care pauses; `expected_back_on` is absent where nobody knows."""

    reason_code: ReasonCode
    expected_back_on: date | None = None


class DecideResume(Body):
    """Care goes on where it paused; somebody who waited comes up for admission."""


class DecideStepDown(Body):
    """Step down to a less intensive program.

    `stated` are criteria that the clinician states to be met. Where one is not met or unknown, a reason is needed.
    """

    program_id: UUID
    prescribed_minutes_per_week: WeeklyMinutes
    stated: Annotated[tuple[StepDownCriterion, ...], Field(max_length=20)] = ()
    reason_code: ReasonCode | None = None


class DecideStepUp(Body):
    """Back to intensive treatment."""

    program_id: UUID
    prescribed_minutes_per_week: WeeklyMinutes


class DecideTransfer(Body):
    """Care goes on at another facility, in a program of the same level."""

    facility_id: UUID
    program_id: UUID
    prescribed_minutes_per_week: WeeklyMinutes
    reason_code: ReasonCode


class OutcomesBody(Body):
    """National Outcome Measures at discharge, of the last 30 days."""

    substance_use: SubstanceUse | None = None
    employment: Employment | None = None
    arrests: Arrests | None = None
    living_arrangement: LivingArrangement | None = None
    self_help: SelfHelp | None = None


class DecideDischarge(Body):
    """Discharge, with the reason of TEDS and the day of the last face-to-face contact.

    Which of the other fields a reason needs is a rule. `medication_continued` tells whether medicines go on, for
    somebody without any: true. `reason_code` tells why a facility ends care, after the review of `clinical_review_on`.
    """

    reason: DischargeReason
    last_contact_on: date
    reason_code: ReasonCode | None = None
    clinical_review_on: date | None = None
    level_at_discharge: LevelOfCare | None = None
    outcomes: OutcomesBody = OutcomesBody()
    referrals: Annotated[tuple[ReferralGiven, ...], Field(max_length=20)] = ()
    medication_continued: bool | None = None


class DecisionRecorded(Value):
    """A decision that the journey now carries out."""

    episode_id: UUID
    decision_id: UUID


class DecisionView(Value):
    """A decision as it stands; `rules` are the versions that it was made under."""

    decision_id: UUID
    kind: str
    state: str
    program_id: UUID | None
    prescribed_minutes_per_week: int | None
    facility_id: UUID | None
    reason: DischargeReason | None
    reason_code: str | None
    last_contact_on: date | None
    expected_back_on: date | None
    rules: tuple[str, ...]
    decided_by: UUID
    decided_at: Instant
    settled_at: Instant | None


class DecisionList(Value):
    """The decisions of an episode, the newest first."""

    decisions: tuple[DecisionView, ...]


class CriterionView(Value):
    """A step-down criterion; `value` is the percentage, total or risk that it comes from."""

    criterion: StepDownCriterion
    state: CriterionState
    value: int | str | None
    rule_version: str


class StepDownCriteria(Value):
    """The step-down criteria as they stand today."""

    met: bool
    criteria: tuple[CriterionView, ...]


class CompleteCareTask(Body):
    """How a task ended, in a code of its kind."""

    outcome: ReasonCode


class CareTaskDone(Value):
    """The task is closed."""

    task_id: UUID
    outcome: str
