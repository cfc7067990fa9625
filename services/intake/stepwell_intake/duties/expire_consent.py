"""A consent whose day has come."""

from stepwell_intake.usecases.expire_consent import expire_consent
from stepwell_postgres.duties import Duty
from stepwell_postgres.transaction import Transactions

SERVICE = "intake"


class ExpireConsent:
    """Handles `expire_consent`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def __call__(self, duty: Duty) -> None:
        """Run the duty."""
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await expire_consent(tx, duty)
