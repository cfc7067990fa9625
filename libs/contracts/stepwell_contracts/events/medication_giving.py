"""Events of medication about what was given, missed and tested; topic `stepwell.medication.patient`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_kernel.medication_codes import (
    DrugTestReason,
    DrugTestResult,
    InjectionTiming,
    Medicine,
    MissedDoseStep,
    NotCollected,
)


class DoseMissed(Event):
    """A local day of the facility ended without a dose that was due; `days_missed` in a row, and what follows."""

    type: ClassVar[str] = "stepwell.medication.dose_missed.v1"

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    missed_on: date
    days_missed: int
    step: MissedDoseStep
    rule_version: str


class TakeHomeDispensed(Event):
    """Doses for days without observation were handed out, within the ceilings of law, state and order."""

    type: ClassVar[str] = "stepwell.medication.take_home_dispensed.v1"

    take_home_id: UUID
    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    daily_mg: Decimal
    days: int
    first_day: date
    last_day: date
    rule_version: str


class InjectionGiven(Event):
    """An extended-release injection was given; the window of the next one follows from its medicine."""

    type: ClassVar[str] = "stepwell.medication.injection_given.v1"

    injection_id: UUID
    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    amount_mg: Decimal
    given_on: date
    timing: InjectionTiming
    next_due_on: date
    late_after: date
    rule_version: str


class InjectionOverdue(Event):
    """The window of an injection has passed."""

    type: ClassVar[str] = "stepwell.medication.injection_overdue.v1"

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    due_on: date
    late_after: date
    rule_version: str


class DrugTestSelected(Event):
    """A patient is to give a specimen on a local day of the facility; `draw_id` names the draw of a random test."""

    type: ClassVar[str] = "stepwell.medication.drug_test_selected.v1"

    test_id: UUID
    episode_id: UUID
    reason: DrugTestReason
    day: date
    draw_id: UUID | None = None
    rule_version: str


class DrugTestCollected(Event):
    """A specimen was collected."""

    type: ClassVar[str] = "stepwell.medication.drug_test_collected.v1"

    test_id: UUID
    episode_id: UUID
    day: date


class DrugTestNotCollected(Event):
    """No specimen was collected."""

    type: ClassVar[str] = "stepwell.medication.drug_test_not_collected.v1"

    test_id: UUID
    episode_id: UUID
    reason: NotCollected


class DrugTestResulted(Event):
    """What a test showed against what was expected; the substances stay in medication."""

    type: ClassVar[str] = "stepwell.medication.drug_test_resulted.v1"

    test_id: UUID
    episode_id: UUID
    result: DrugTestResult
    is_definitive: bool
    rule_version: str


GIVING_EVENTS: tuple[type[Event], ...] = (
    DoseMissed,
    TakeHomeDispensed,
    InjectionGiven,
    InjectionOverdue,
    DrugTestSelected,
    DrugTestCollected,
    DrugTestNotCollected,
    DrugTestResulted,
)
