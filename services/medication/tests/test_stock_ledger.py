"""The ledger under any sequence of commands, and when several take from a lot at once."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pytest_asyncio
from hypothesis import HealthCheck, given, settings, strategies as st

from services.medication.tests.pharmacy import FILM, NURSE, WITNESS, Pharmacy, open_pharmacy
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import StepwellError
from stepwell_kernel.ids import new_id
from stepwell_medication.domain.stock import Dispensing
from stepwell_medication.usecases.take_from_lot import take_from_lot
from stepwell_testing.plugin import OpenEdge

UNIT_MG = 8
AT_ONCE = 12

Step = tuple[str, int]

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["received", "wasted", "returned", "dispensed"]), st.integers(1, 9)),
        st.tuples(st.just("counted"), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=12,
)


@pytest_asyncio.fixture(loop_scope="session")
async def pharmacy(open_edge: OpenEdge) -> Pharmacy:
    """One for all examples of a property."""
    return await open_pharmacy(await open_edge("medication"))


def fresh_lot() -> dict[str, str]:
    """A lot under a code of its own."""
    return FILM | {"lot_code": new_id().hex[-30:].upper()}


async def dispense(pharmacy: Pharmacy, lot_id: str, units: int = 1) -> str:
    """Take units for a dose; the code of the refusal, or `taken`."""
    try:
        async with pharmacy.edge.transactions(pharmacy.edge.person(Role.NURSE, staff_id=NURSE)) as tx:
            quantity_mg = Decimal(units * UNIT_MG)
            dispensing = Dispensing(FILM["medicine"], quantity_mg, pharmacy.facility, pharmacy.patient, new_id())
            await take_from_lot(tx, UUID(lot_id), dispensing)
    except StepwellError as error:
        return error.code
    return "taken"


async def move(pharmacy: Pharmacy, lot_id: str, step: Step, lot: Mapping[str, str] = FILM) -> str:
    """One command; the code of the refusal, or `taken`."""
    kind, units = step
    quantity = {"quantity_mg": str(units * UNIT_MG)}
    match kind:
        case "received":
            answer = await pharmacy.receive(str(units * UNIT_MG), lot)
        case "wasted":
            body = quantity | {"reason": "spilled", "witness_id": str(WITNESS)}
            answer = await pharmacy.post(f"/v1/lots/{lot_id}/waste", body)
        case "returned":
            answer = await pharmacy.post(f"/v1/lots/{lot_id}/returns", quantity)
        case "counted":
            answer = await pharmacy.post(f"/v1/lots/{lot_id}/counts", {"counted_mg": str(units * UNIT_MG)})
        case _:
            return await dispense(pharmacy, lot_id, units)
    return "taken" if answer.status_code == 201 else str(answer.json()["code"])


def expected(balance: int, step: Step) -> tuple[str, int]:
    """The answer to a step at a balance, in units, and the balance after it."""
    kind, units = step
    if kind == "counted":
        return "taken", units
    if kind == "received":
        return "taken", balance + units
    return ("taken", balance - units) if units <= balance else ("stock_short", balance)


async def check_ledger(pharmacy: Pharmacy, lot_id: str) -> Decimal:
    """Entries count without a gap, each balance is the sum so far and not negative; the last balance."""
    entries = await pharmacy.ledger(lot_id)
    assert [entry[0] for entry in entries] == list(range(1, len(entries) + 1))
    total = Decimal(0)
    for _, _, quantity, balance in entries:
        total += Decimal(quantity)
        assert Decimal(balance) == total >= 0
    return total


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_sequence_keeps_the_ledger(pharmacy: Pharmacy, steps: list[Step]) -> None:
    lot = fresh_lot()
    lot_id, balance = await pharmacy.lot("8", lot), 1
    for step in steps:
        code, balance = expected(balance, step)
        assert await move(pharmacy, lot_id, step, lot) == code
    assert await check_ledger(pharmacy, lot_id) == balance * UNIT_MG


async def test_the_last_unit_is_taken_once(pharmacy: Pharmacy) -> None:
    for _ in range(10):
        lot_id = await pharmacy.lot("8", fresh_lot())
        outcomes = await asyncio.gather(*(dispense(pharmacy, lot_id) for _ in range(AT_ONCE)))
        assert Counter(outcomes) == {"taken": 1, "stock_short": AT_ONCE - 1}
        assert await check_ledger(pharmacy, lot_id) == 0


async def test_doses_waste_and_returns_at_once_lose_nothing(pharmacy: Pharmacy) -> None:
    lot_id = await pharmacy.lot("80")
    steps: list[Step] = [("dispensed", 1), ("wasted", 1), ("returned", 1)] * 6
    outcomes = Counter(await asyncio.gather(*(move(pharmacy, lot_id, step) for step in steps)))
    assert outcomes == {"taken": 10, "stock_short": 8}
    assert await check_ledger(pharmacy, lot_id) == 0
