"""Stock of a facility by lot: what may go in and out, and who must see it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from stepwell_kernel.errors import Conflict, FieldProblem, Forbidden, Invalid
from stepwell_kernel.local_time import add_business_days, local_at, resolve_forward
from stepwell_kernel.medication_codes import StockMovement, StockReport


@dataclass(frozen=True, slots=True)
class CustodyRule:
    """How a medicine is kept: which movements need a witness, and whether a unit is one whole dose.

    A unit that a pharmacy delivered for a named patient is given within `named_use_days` of its receipt.
    """

    rule_id: str
    version: str
    witnessed: AbstractSet[StockMovement]
    single_dose: bool
    named_use_days: int | None

    @property
    def rule(self) -> str:
        """`<rule id>@<version>`, as events and answers name it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot at a facility. `unit_mg` is one tablet, film or syringe, None for a liquid; `use_by` is its last day."""

    lot_id: UUID
    facility_id: UUID
    medicine: str
    unit_mg: Decimal | None
    single_dose: bool
    lot_code: str
    expires_on: date
    named_for: UUID | None
    use_by: date


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot that this transaction has locked, with the number of its next entry and the balance before it, in mg."""

    lot: Lot
    number: int
    balance_mg: Decimal


@dataclass(frozen=True, slots=True)
class Dispensing:
    """What is to be taken out of a lot, where and for whom; `subject_id` is the dose, supply or injection."""

    medicine: str
    quantity_mg: Decimal
    facility_id: UUID
    patient_id: UUID
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered, in mg; `is_named` when a pharmacy delivered it for one patient."""

    unit_mg: Decimal | None
    quantity_mg: Decimal
    expires_on: date
    is_named: bool


@dataclass(frozen=True, slots=True)
class ReportRule:
    """By when something is reported: so many days, or business days, from its finding."""

    rule_id: str
    version: str
    step: StockReport
    days: int
    business_days: bool

    @property
    def rule(self) -> str:
        """`<rule id>@<version>`, as events and answers name it."""
        return f"{self.rule_id}@{self.version}"

    def due_at(self, found_at: datetime, zone: str, holidays: AbstractSet[date]) -> datetime:
        """The instant by which it is reported; calendar days end with their local day."""
        if self.business_days:
            return add_business_days(found_at, self.days, zone, holidays)
        last = local_at(found_at, zone).date() + timedelta(days=self.days)
        return resolve_forward(datetime.combine(last + timedelta(days=1), time()), zone)


@dataclass(frozen=True, slots=True)
class Movement:
    """What an entry says: the quantity has a sign, in mg; `subject_id` is the dose that it was taken for."""

    kind: StockMovement
    quantity_mg: Decimal
    by: UUID
    witness_id: UUID | None = None
    subject_id: UUID | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement as the ledger keeps it, with the balance after it, in mg."""

    entry_id: UUID
    lot: Lot
    movement: Movement
    balance_mg: Decimal


def check_delivery(rule: CustodyRule, delivery: Delivery, strengths: AbstractSet[Decimal], today: date) -> date:
    """The last day on which what was delivered may be given.

    `strengths` are those in which the medicine is made, where a rule names them. Raises Invalid (`unit_missing`,
    `unit_not_made`, `units_not_whole`, `named_use_not_allowed`), Conflict (`lot_expired`).
    """
    if rule.single_dose and delivery.unit_mg is None:
        raise _invalid("unit_missing", "unit_mg", "is needed: a unit is given whole", rule)
    if strengths and delivery.unit_mg not in strengths:
        made = ", ".join(str(strength) for strength in sorted(strengths))
        raise _invalid("unit_not_made", "unit_mg", f"is none of {made} mg", rule)
    if not is_whole_units(delivery.unit_mg, delivery.quantity_mg):
        raise _invalid("units_not_whole", "quantity_mg", f"is no number of units of {delivery.unit_mg} mg", rule)
    if today > delivery.expires_on:
        raise Conflict("lot_expired", f"it was good through {delivery.expires_on.isoformat()}", rule="stock.expiry")
    if not delivery.is_named:
        return delivery.expires_on
    if rule.named_use_days is None:
        raise _invalid("named_use_not_allowed", "episode_id", "names a patient for stock of the house", rule)
    return min(delivery.expires_on, today + timedelta(days=rule.named_use_days))


def check_dispensing(lot: Lot, dispensing: Dispensing, today: date) -> None:
    """Raise Conflict (`lot_mismatch`, `lot_expired`) unless the lot is what is to be given, here, to this patient.

    A lot is good through the day that it expires on; `today` is the local day of its facility.
    """
    if dispensing.facility_id != lot.facility_id:
        raise _mismatch("the lot is kept at another facility")
    if dispensing.medicine != lot.medicine:
        raise _mismatch(f"the lot holds {lot.medicine}")
    if lot.named_for is not None and lot.named_for != dispensing.patient_id:
        raise _mismatch("the lot was delivered for another patient")
    if lot.single_dose and dispensing.quantity_mg != lot.unit_mg:
        raise _mismatch(f"one unit is {lot.unit_mg} mg and is given whole")
    if not is_whole_units(lot.unit_mg, dispensing.quantity_mg):
        raise _mismatch(f"{dispensing.quantity_mg} mg cannot be made up of units of {lot.unit_mg} mg")
    if today > lot.use_by:
        raise Conflict("lot_expired", f"the lot was good through {lot.use_by.isoformat()}", rule="stock.expiry")


def is_whole_units(unit_mg: Decimal | None, quantity_mg: Decimal) -> bool:
    """Whether the quantity is a number of whole units; a liquid is measured."""
    return unit_mg is None or quantity_mg % unit_mg == 0


def balance_after(held: HeldLot, quantity_mg: Decimal) -> Decimal:
    """The balance after an entry of a signed quantity; Conflict (`stock_short`) rather than below nothing."""
    balance = held.balance_mg + quantity_mg
    if balance < 0:
        raise Conflict("stock_short", f"the lot holds {held.balance_mg} mg", rule="stock.balance")
    return balance


def check_witness(rule: CustodyRule, movement: StockMovement, by: UUID, witness_id: UUID | None) -> None:
    """Raise Invalid (`witness_missing`) or Forbidden (`witness_is_self`) where two people must stand for a movement."""
    if witness_id is None:
        if movement in rule.witnessed:
            problem = FieldProblem("witness_id", "is needed", rule.rule)
            raise Invalid("witness_missing", "this movement needs a second member of staff", fields=(problem,))
    elif witness_id == by:
        raise Forbidden("witness_is_self", "nobody witnesses what they do themselves")


def _invalid(code: str, path: str, problem: str, rule: CustodyRule) -> Invalid:
    fields = (FieldProblem(path, problem, rule.rule),)
    return Invalid(code, "the delivery cannot be entered like this", fields=fields, rule=rule.rule_id)


def _mismatch(detail: str) -> Conflict:
    return Conflict(
        "lot_mismatch", detail, fields=(FieldProblem("lot_id", "is not what is given"),), rule="stock.lot_match"
    )
