"""Events of medication about a patient; topic `stepwell.medication.patient`."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event


class OrderStarted(Event):
    """A prescriber started medication; the gate and the rule version that let it pass stay beside it."""

    type: ClassVar[str] = "stepwell.medication.order_started.v1"

    order_id: UUID
    episode_id: UUID
    medicine: str
    rule_version: str
    ordered_by: UUID


class DoseObserved(Event):
    """A dose was taken under the eyes of a nurse, in mg."""

    type: ClassVar[str] = "stepwell.medication.dose_observed.v1"

    dose_id: UUID
    order_id: UUID
    episode_id: UUID
    medicine: str
    amount_mg: Decimal
    observed_by: UUID


EVENTS: tuple[type[Event], ...] = (OrderStarted, DoseObserved)
