"""Events of medication about orders and what speaks against them; topic `stepwell.medication.patient`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event, Instant
from stepwell_kernel.medication_codes import DosingHold, Medicine, OrderEnd, VisitReason


class OrderChanged(Event):
    """A prescriber set another daily dose, in mg, or another ceiling of take-home days."""

    type: ClassVar[str] = "stepwell.medication.order_changed.v1"

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    daily_mg: Decimal | None = None
    take_home_days: int | None = None
    rule_version: str
    overridden: tuple[str, ...] = ()
    changed_by: UUID


class OrderEnded(Event):
    """An order is over."""

    type: ClassVar[str] = "stepwell.medication.order_ended.v1"

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    reason: OrderEnd


class ClinicalChecked(Event):
    """Something that gates ask for was recorded: a withdrawal score, a pregnancy test, a laboratory value."""

    type: ClassVar[str] = "stepwell.medication.clinical_checked.v1"

    check_id: UUID
    episode_id: UUID
    check_code: str


class MonitoringChecked(Event):
    """The prescription drug monitoring program was asked."""

    type: ClassVar[str] = "stepwell.medication.monitoring_checked.v1"

    check_id: UUID
    episode_id: UUID
    answered: bool
    checked_by: UUID


class OtherMedicinesListed(Event):
    """What else a patient takes was listed anew; interactions with active orders are counted."""

    type: ClassVar[str] = "stepwell.medication.other_medicines_listed.v1"

    list_id: UUID
    episode_id: UUID
    medicines: int
    interactions: int


class DosingHeld(Event):
    """The patient gets no dose for now, at any facility."""

    type: ClassVar[str] = "stepwell.medication.dosing_held.v1"

    hold_id: UUID
    episode_id: UUID
    reason: DosingHold


class DosingResumed(Event):
    """A hold was lifted by a prescriber."""

    type: ClassVar[str] = "stepwell.medication.dosing_resumed.v1"

    hold_id: UUID
    episode_id: UUID
    lifted_by: UUID


class VisitNeeded(Event):
    """The patient must be seen for medication between two instants; the journey has it booked."""

    type: ClassVar[str] = "stepwell.medication.visit_needed.v1"

    visit_id: UUID
    episode_id: UUID
    order_id: UUID
    reason: VisitReason
    minutes: int
    not_before: Instant
    not_after: Instant
    target_day: date


ORDER_EVENTS: tuple[type[Event], ...] = (
    OrderChanged,
    OrderEnded,
    ClinicalChecked,
    MonitoringChecked,
    OtherMedicinesListed,
    DosingHeld,
    DosingResumed,
    VisitNeeded,
)
