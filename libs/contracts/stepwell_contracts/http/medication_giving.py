"""Bodies of medication's API about take-homes, dosing holds and the dosing queue."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.medication import FindingView, Milligrams, OverrideRule
from stepwell_kernel.medication_codes import DosingHold, Medicine, MissedDoseStep

Reason = Annotated[str, Field(min_length=3, max_length=500)]


class TakeHomeConsiderations(Body):
    """What a practitioner considers before take-homes (42 CFR 8.12(i)(2)); true speaks for them.

    No substance use or condition that raises the risk, regular attendance, no behavior that endangers others, no known
    recent diversion, safe transport and storage, nothing else that speaks against it.
    """

    no_risk_conditions: bool
    regular_attendance: bool
    no_endangering_behavior: bool
    no_known_diversion: bool
    safe_storage: bool
    no_other_factor: bool


class DispenseTakeHome(Body):
    """Doses for days in a row, handed out together.

    `closure_days` are those among them on which the facility is closed; they count against no ceiling. A prescriber
    who hands out against a consideration says why in `override_reason`.
    """

    first_day: date
    days: Annotated[int, Field(ge=1, le=60)]
    closure_days: Annotated[tuple[date, ...], Field(max_length=60)] = ()
    considerations: TakeHomeConsiderations | None = None
    override_reason: Reason | None = None
    lot_id: UUID | None = None


class TakeHomeHandedOut(Value):
    """What was handed out, in mg a day, and the rule whose ceiling lies nearest."""

    take_home_id: UUID
    daily_mg: Decimal
    first_day: date
    last_day: date
    rule_version: str


class OverrideLimit(Body):
    """A prescriber's reason to go beyond a limit of an order's first days."""

    rule_id: Annotated[str, Field(max_length=60)]
    reason: Reason


class LimitOverridden(Value):
    """The rule that was overridden, and the limit that holds with a reason, in mg; none is what was ordered."""

    order_id: UUID
    rule_version: str
    most_mg: Decimal | None


class HoldDosing(Body):
    """The patient is to get no dose for now."""

    reason: Literal[
        DosingHold.INTOXICATED,
        DosingHold.SEDATED,
        DosingHold.MEDICAL_CONCERN,
        DosingHold.DIVERSION_CONCERN,
        DosingHold.PRESCRIBER_DECISION,
    ]


class HoldPlaced(Value):
    """The hold."""

    hold_id: UUID
    reason: DosingHold


class LiftHold(Body):
    """A prescriber lets dosing go on; after missed doses with which daily dose, and why it is not the one suggested.

    That dose passes the gates of any change of the order; `overrides` are for them.
    """

    daily_mg: Milligrams | None = None
    reason: Reason | None = None
    overrides: Annotated[tuple[OverrideRule, ...], Field(max_length=20)] = ()


class HoldLifted(Value):
    """What was decided, and what the gates found; take-homes are suspended until the day named."""

    hold_id: UUID
    lifted_at: Instant
    daily_mg: Decimal | None
    take_homes_from: date | None
    findings: tuple[FindingView, ...] = ()


class HoldView(Value):
    """An open hold; after missed doses with the step, the days in a row and the suggested daily dose, in mg."""

    hold_id: UUID
    episode_id: UUID
    reason: DosingHold
    placed_at: Instant
    order_id: UUID | None = None
    days_missed: int | None = None
    step: MissedDoseStep | None = None
    suggested_mg: Decimal | None = None


class DosingQueueRow(Value):
    """An order that is dosed under observation today.

    `days_missed` counts the days in a row before today; `step` is what they ask for where the patient did not go back
    to opioids. `holds` are the reasons for which the patient is held.
    """

    order_id: UUID
    episode_id: UUID
    medicine: Medicine
    daily_mg: Decimal | None
    given_today_mg: Decimal
    days_missed: int
    step: MissedDoseStep | None
    holds: tuple[DosingHold, ...]


class DosingQueue(Value):
    """The dosing queue of a facility's day, without those whose dose is a take-home; at most 500 orders."""

    day: date
    orders: tuple[DosingQueueRow, ...]
    holds: tuple[HoldView, ...]
