"""What the journey has scheduling do; each opens the transaction and calls the use case."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, CloseWeek, ReplaceBookings, RestoreBookings
from stepwell_postgres.transaction import Transactions
from stepwell_scheduling.usecases.close_week import close_week
from stepwell_scheduling.usecases.replace_bookings import replace_bookings
from stepwell_scheduling.usecases.restore_bookings import restore_bookings
from stepwell_temporal.activities import carry_out


class SchedulingActivities:
    """Activities on the queue of scheduling."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @activity.defn(name=contract.CLOSE_WEEK)
    async def close_week(self, message: CloseWeek) -> ActionResult:
        """Close the week of an episode."""
        return await carry_out(
            self._transactions,
            contract.CLOSE_WEEK,
            message,
            lambda tx: close_week(tx, message.key.episode_id, message.week_starts_on),
        )

    @activity.defn(name=contract.REPLACE_BOOKINGS)
    async def replace_bookings(self, message: ReplaceBookings) -> ActionResult:
        """Exchange the future seats for those of another program, or give them up."""
        return await carry_out(
            self._transactions, contract.REPLACE_BOOKINGS, message, lambda tx: replace_bookings(tx, message)
        )

    @activity.defn(name=contract.RESTORE_BOOKINGS)
    async def restore_bookings(self, message: RestoreBookings) -> ActionResult:
        """Undo an exchange of seats."""
        return await carry_out(
            self._transactions, contract.RESTORE_BOOKINGS, message, lambda tx: restore_bookings(tx, message)
        )

    def all(self) -> Sequence[Callable[..., Any]]:
        """The activities, as a worker takes them."""
        return (self.close_week, self.replace_bookings, self.restore_bookings)
