"""Call the next when nobody took a page over in time."""

from stepwell_notifications.usecases.escalate_page import escalate_page
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "notifications"


class EscalatePage:
    """Handles `escalate_page`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await escalate_page(tx, duty)
