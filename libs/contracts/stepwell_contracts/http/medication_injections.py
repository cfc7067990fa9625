"""Bodies of medication's API about injections."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.medication import FindingView, Milligrams, OverrideRule
from stepwell_kernel.medication_codes import BodySide, InjectionSite, InjectionTiming


class OpioidFree(Body):
    """A test of the urine and a challenge before naltrexone."""

    tested_at: Instant
    urine_negative: bool
    challenge_passed: bool


class GiveInjection(Body):
    """An injection that a professional gave; it is never handed to the patient.

    `new_start` tells that it is the first dose of a start for which the label has a second one of its own.
    """

    amount_mg: Milligrams
    site: InjectionSite
    side: BodySide
    lot_id: UUID | None = None
    new_start: bool = False
    reversal_agent_discussed: bool = False
    opioid_free: OpioidFree | None = None
    overrides: Annotated[tuple[OverrideRule, ...], Field(max_length=20)] = ()


class InjectionNoted(Value):
    """The injection, where it lies in its window, the window of the next one, and what was found or overridden."""

    injection_id: UUID
    given_at: Instant
    dose_number: int
    timing: InjectionTiming
    next_due_on: date
    late_after: date
    findings: tuple[FindingView, ...] = ()


class InjectionView(Value):
    """An injection of an order."""

    injection_id: UUID
    dose_number: int
    amount_mg: Decimal
    site: InjectionSite
    side: BodySide
    given_on: date
    given_at: Instant
    timing: InjectionTiming


class InjectionDue(Value):
    """The injection that an order waits for."""

    opens_at: Instant
    due_on: date
    late_after: date
    is_overdue: bool


class InjectionCourse(Value):
    """The injections of an order, by time, and the one that it waits for."""

    order_id: UUID
    injections: tuple[InjectionView, ...]
    due: InjectionDue | None
