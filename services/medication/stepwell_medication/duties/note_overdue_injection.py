"""Say that the window of an injection has passed."""

from stepwell_medication.usecases.note_overdue_injection import note_overdue_injection
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "medication"


class NoteOverdueInjection:
    """Handles `note_overdue_injection`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await note_overdue_injection(tx, duty)
