"""What the calendar of a facility has medication do; each opens the transaction and calls the use case."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, SelectDrugTests
from stepwell_medication.usecases.draw_drug_tests import select_drug_tests
from stepwell_postgres.transaction import Transactions
from stepwell_temporal.activities import carry_out_for_facility


class MedicationActivities:
    """Activities on the queue of medication."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @activity.defn(name=contract.SELECT_DRUG_TESTS)
    async def select_drug_tests(self, message: SelectDrugTests) -> ActionResult:
        """Draw who gives a specimen on a day."""
        return await carry_out_for_facility(
            self._transactions,
            contract.SELECT_DRUG_TESTS,
            message,
            lambda tx: select_drug_tests(tx, message.key.facility_id, message.day),
        )

    def all(self) -> Sequence[Callable[..., Any]]:
        """The activities, as a worker takes them."""
        return (self.select_drug_tests,)
