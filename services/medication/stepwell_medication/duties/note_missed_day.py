"""Look at a local day that has ended without a dose."""

from stepwell_medication.usecases.note_missed_day import note_missed_day
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "medication"


class NoteMissedDay:
    """Handles `note_missed_day`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await note_missed_day(tx, duty)
