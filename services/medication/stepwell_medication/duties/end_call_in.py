"""The time in which a specimen could be given has passed."""

from stepwell_medication.usecases.note_uncollected import end_call_in
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "medication"


class EndCallIn:
    """Handles `end_call_in`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await end_call_in(tx, duty)
