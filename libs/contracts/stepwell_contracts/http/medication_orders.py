"""Bodies of medication's API about orders, what speaks against them, and what is checked."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.medication import DailyMilligrams, FindingView, OverrideRule, TakeHomeDays
from stepwell_kernel.medication_codes import ClinicalCheck, OrderEnd, Severity

Substance = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]


class ChangeOrder(Body):
    """Another daily dose, or another number of take-home days; what is absent stays."""

    daily_mg: DailyMilligrams | None = None
    take_home_days: TakeHomeDays | None = None
    overrides: Annotated[tuple[OverrideRule, ...], Field(max_length=20)] = ()


class ChangedOrder(Value):
    """The order as it is now, and what was found."""

    order_id: UUID
    daily_mg: Decimal | None
    take_home_days: int | None
    rule_version: str
    findings: tuple[FindingView, ...] = ()


class EndOrder(Body):
    """Why the order ends."""

    reason: Literal[OrderEnd.COMPLETED, OrderEnd.SWITCHED, OrderEnd.PATIENT_CHOICE, OrderEnd.PRESCRIBER_DECISION]


class OrderOver(Value):
    """An order that has ended."""

    order_id: UUID
    reason: OrderEnd
    ended_at: Instant


class EpisodeOrder(Value):
    """An order of an episode, with what the rules found at its last decision or since."""

    order_id: UUID
    medicine: str
    state: str
    protocol: str
    daily_mg: Decimal | None
    take_home_days: int | None
    rule_version: str
    started_at: Instant
    ended_at: Instant | None
    end_reason: OrderEnd | None
    findings: tuple[FindingView, ...]


class EpisodeOrders(Value):
    """The orders of an episode, the newest first."""

    rows: tuple[EpisodeOrder, ...]


class MeasuredCheck(Body):
    """A number: points of the Clinical Opiate Withdrawal Scale, mL/min, ALT or AST in multiples of its limit, or ms."""

    check: Literal[
        ClinicalCheck.WITHDRAWAL_SCORE,
        ClinicalCheck.CREATININE_CLEARANCE,
        ClinicalCheck.LIVER_TESTS,
        ClinicalCheck.QTC,
    ]
    amount: Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]
    taken_at: Instant


class FoundCheck(Body):
    """A result in the code of its check: `positive`, `negative`, `declined`, `a` to `c`, `given` and so on."""

    check: Literal[
        ClinicalCheck.INDICATION,
        ClinicalCheck.PREGNANCY_TEST,
        ClinicalCheck.CHILD_PUGH,
        ClinicalCheck.LONG_QT_HISTORY,
        ClinicalCheck.OPIOID_TEST,
        ClinicalCheck.NALOXONE_CHALLENGE,
        ClinicalCheck.DISULFIRAM_SAFETY,
        ClinicalCheck.NALOXONE_OFFERED,
        ClinicalCheck.INFORMED_CONSENT,
        ClinicalCheck.GUARDIAN_CONSENT,
        ClinicalCheck.TRANSMUCOSAL_TEST_DOSE,
    ]
    result: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    taken_at: Instant


class FreeSinceCheck(Body):
    """Since when the patient has been free of opioids, or of alcohol."""

    check: Literal[ClinicalCheck.OPIOID_FREE, ClinicalCheck.ALCOHOL_FREE]
    since: Instant
    taken_at: Instant


RecordCheck = Annotated[MeasuredCheck | FoundCheck | FreeSinceCheck, Field(discriminator="check")]


class CheckRecorded(Value):
    """A check that was recorded."""

    check_id: UUID
    check: ClinicalCheck


class CheckView(Value):
    """A check; which of the three values it has follows from its kind."""

    check_id: UUID
    check: ClinicalCheck
    amount: Decimal | None
    result: str | None
    since: Instant | None
    taken_at: Instant
    recorded_by: UUID


class Checks(Value):
    """The checks of an episode, the newest first."""

    rows: tuple[CheckView, ...]


class CheckMonitoring(Body):
    """A query of the prescription drug monitoring program: a summary of the answer, none while it was unavailable."""

    asked_at: Instant
    summary: Literal["nothing_found", "as_expected", "needs_review"] | None = None


class MonitoringNoted(Value):
    """The query, and when the next one is due at the latest."""

    check_id: UUID
    answered: bool
    next_due_at: Instant | None


class ListMedicines(Body):
    """Everything else that the patient takes, by generic name in lower case; replaces the former list.

    Where the form matters it is part of the code: `ritonavir_liquid`, `haloperidol_iv`, `citalopram_over_40_mg`,
    `loperamide_high_dose`, `alcohol_elixir`.
    """

    substances: Annotated[tuple[Substance, ...], Field(max_length=100)]


class InteractionView(Value):
    """An interaction of an active order with something on the list."""

    order_id: UUID
    medicine: str
    other: str
    rule_id: str
    rule_version: str
    severity: Severity
    is_high: bool
    code: str


class MedicinesListed(Value):
    """The list, what it means for the active orders, and the codes that no rule knows: a person must judge these."""

    list_id: UUID
    substances: tuple[str, ...]
    interactions: tuple[InteractionView, ...]
    not_known: tuple[str, ...]


class OtherMedicines(Value):
    """What else the patient takes; nobody has listed it where there is no `list_id`."""

    list_id: UUID | None
    substances: tuple[str, ...]
    listed_at: Instant | None
