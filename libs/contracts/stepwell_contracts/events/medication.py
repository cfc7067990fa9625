"""Events of medication; topics `stepwell.medication.patient` and `.facility`."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.medication_facility import FACILITY_EVENTS
from stepwell_contracts.events.medication_giving import GIVING_EVENTS
from stepwell_contracts.events.medication_orders import ORDER_EVENTS


class OrderStarted(Event):
    """A prescriber started medication; the gate and the rule version that let it pass stay beside it.

    `overridden` are the rules that the prescriber overrode with a reason; the reasons stay in medication.
    """

    type: ClassVar[str] = "stepwell.medication.order_started.v1"

    order_id: UUID
    episode_id: UUID
    medicine: str
    rule_version: str
    ordered_by: UUID
    daily_mg: Decimal | None = None
    overridden: tuple[str, ...] = ()


class DoseObserved(Event):
    """A dose was taken under the eyes of a nurse, in mg."""

    type: ClassVar[str] = "stepwell.medication.dose_observed.v1"

    dose_id: UUID
    order_id: UUID
    episode_id: UUID
    medicine: str
    amount_mg: Decimal
    observed_by: UUID


EVENTS: tuple[type[Event], ...] = (
    OrderStarted,
    DoseObserved,
    *ORDER_EVENTS,
    *GIVING_EVENTS,
    *FACILITY_EVENTS,
)
