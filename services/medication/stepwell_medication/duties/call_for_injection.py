"""Say that a visit is needed for the next injection."""

from stepwell_medication.usecases.call_for_injection import call_for_injection
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "medication"


class CallForInjection:
    """Handles `call_for_injection`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await call_for_injection(tx, duty)
