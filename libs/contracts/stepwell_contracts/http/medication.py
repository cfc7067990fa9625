"""Bodies of medication's API."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine, Protocol, Severity

Milligrams = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]

#: Acamprosate comes to 1998 mg a day.
DailyMilligrams = Annotated[Decimal, Field(gt=0, le=3000, max_digits=6, decimal_places=2)]

TakeHomeDays = Annotated[int, Field(ge=0, le=28)]


class WithdrawalScore(Body):
    """A score on the Clinical Opiate Withdrawal Scale: 0 to 48, and when it was taken."""

    score: Annotated[int, Field(ge=0, le=48)]
    taken_at: Instant


class OverrideRule(Body):
    """Why a prescriber goes on in spite of a rule, by the rule's id without its version."""

    rule_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{2,79}$")]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class StartOrder(Body):
    """A start of medication. `last_opioid` decides which limit of buprenorphine's withdrawal gate holds.

    `methadone_mg` is the daily dose of methadone that the patient comes from; `daily_mg` that of what is ordered, and
    not for injections. `observed_daily` None leaves it to the medicine's rule.
    """

    episode_id: UUID
    medicine: Medicine
    protocol: Protocol = Protocol.STANDARD
    daily_mg: DailyMilligrams | None = None
    take_home_days: TakeHomeDays | None = None
    observed_daily: bool | None = None
    last_opioid: LastOpioid | None = None
    last_opioid_at: Instant | None = None
    methadone_mg: DailyMilligrams | None = None
    withdrawal: WithdrawalScore | None = None
    overrides: Annotated[tuple[OverrideRule, ...], Field(max_length=20)] = ()


class FindingView(Value):
    """What a rule found and did not stop, or a prescriber overrode; `other` is the other medicine of an interaction.

    `check` is what answers a task, `due_at` by when.
    """

    rule_id: str
    rule_version: str
    severity: Severity
    is_high: bool = False
    code: str
    other: str | None = None
    check: ClinicalCheck | None = None
    due_at: Instant | None = None


class OrderPlaced(Value):
    """The order, the version of the rule that let it pass, and what was found beside."""

    order_id: UUID
    rule_version: str
    findings: tuple[FindingView, ...] = ()


class ObserveDose(Body):
    """A dose taken under observation, at `facility_id` when it is not the order's.

    The nurse states what was seen: `sedated` refuses the dose and holds the patient, `checked` that a nurse examined
    the patient after missed days, `returned_to_opioids` whether they went back to opioids meanwhile.
    """

    amount_mg: Milligrams
    facility_id: UUID | None = None
    sedated: bool = False
    checked: bool = False
    returned_to_opioids: bool | None = None
    lot_id: UUID | None = None


class DoseNoted(Value):
    """The dose, and what may still be given that day, in mg."""

    dose_id: UUID
    given_at: Instant
    given_today_mg: Decimal
    cap_today_mg: Decimal | None


class DoseView(Value):
    """A dose of an order."""

    dose_id: UUID
    amount_mg: Decimal
    given_at: Instant


class OrderView(Value):
    """An order with its doses."""

    order_id: UUID
    episode_id: UUID
    medicine: str
    state: str
    rule_version: str
    started_at: Instant
    doses: tuple[DoseView, ...]
