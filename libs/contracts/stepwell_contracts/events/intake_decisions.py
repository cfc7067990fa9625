"""Decisions of people about an episode, which the journey carries out; topic `stepwell.intake.patient`."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_kernel.codes import DischargeReason, LevelOfCare


class AdmissionDecided(Event):
    """A clinician decided to admit."""

    type: ClassVar[str] = "stepwell.intake.admission_decided.v1"

    episode_id: UUID
    program_id: UUID
    prescribed_minutes_per_week: int
    decided_by: UUID


class DeclineDecided(Event):
    """The program is not what the person needs, or the person does not want it."""

    type: ClassVar[str] = "stepwell.intake.decline_decided.v1"

    episode_id: UUID
    reason_code: str
    decided_by: UUID


class WaitlistDecided(Event):
    """No seat is free; the person waits for one."""

    type: ClassVar[str] = "stepwell.intake.waitlist_decided.v1"

    episode_id: UUID
    reason_code: str
    decided_by: UUID


class HoldDecided(Event):
    """Care pauses."""

    type: ClassVar[str] = "stepwell.intake.hold_decided.v1"

    episode_id: UUID
    reason_code: str
    decided_by: UUID


class ResumeDecided(Event):
    """Care goes on after a hold, or a seat became free for somebody who waited."""

    type: ClassVar[str] = "stepwell.intake.resume_decided.v1"

    episode_id: UUID
    decided_by: UUID


class StepDownDecided(Event):
    """A clinician decided to step down to a less intensive program."""

    type: ClassVar[str] = "stepwell.intake.step_down_decided.v1"

    episode_id: UUID
    program_id: UUID
    prescribed_minutes_per_week: int
    decided_by: UUID


class StepUpDecided(Event):
    """A clinician decided to go back to intensive treatment, from step-down or from aftercare."""

    type: ClassVar[str] = "stepwell.intake.step_up_decided.v1"

    episode_id: UUID
    program_id: UUID
    prescribed_minutes_per_week: int
    decided_by: UUID


class TransferDecided(Event):
    """Care goes on at another facility of the same organisation, in the same phase."""

    type: ClassVar[str] = "stepwell.intake.transfer_decided.v1"

    episode_id: UUID
    facility_id: UUID
    program_id: UUID
    prescribed_minutes_per_week: int
    reason_code: str
    decided_by: UUID


class DischargeDecided(Event):
    """A clinician decided the discharge."""

    type: ClassVar[str] = "stepwell.intake.discharge_decided.v1"

    episode_id: UUID
    reason: DischargeReason
    last_contact_on: date
    level_at_discharge: LevelOfCare | None = None
    decided_by: UUID


DECISIONS: tuple[type[Event], ...] = (
    AdmissionDecided,
    DeclineDecided,
    WaitlistDecided,
    HoldDecided,
    ResumeDecided,
    StepDownDecided,
    StepUpDecided,
    TransferDecided,
    DischargeDecided,
)
