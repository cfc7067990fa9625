"""Bodies of medication's API."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value

Milligrams = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]


class WithdrawalScore(Body):
    """A score on the Clinical Opiate Withdrawal Scale: 0 to 48, and when it was taken."""

    score: Annotated[int, Field(ge=0, le=48)]
    taken_at: Instant


class StartOrder(Body):
    """A buprenorphine start. `last_opioid` decides which limit of the withdrawal gate holds."""

    episode_id: UUID
    medicine: Literal["buprenorphine_naloxone_sl"]
    last_opioid: Literal["short_acting", "fentanyl", "long_acting", "methadone"]
    withdrawal: WithdrawalScore | None = None


class OrderPlaced(Value):
    """The order and the version of the rule that let it pass."""

    order_id: UUID
    rule_version: str


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
