"""What the calendar of a facility has scheduling do; each opens the transaction and calls the use case."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, CalendarPolicy, ExtendSeries, ReadCalendar
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_postgres.transaction import Transactions
from stepwell_scheduling.usecases.extend_series import extend_series
from stepwell_scheduling.usecases.read_calendar import read_calendar
from stepwell_temporal.activities import carry_out_for_facility


class FacilityActivities:
    """Activities for the calendar of a facility, on the queue of scheduling."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @activity.defn(name=contract.READ_CALENDAR)
    async def read_calendar(self, question: ReadCalendar) -> CalendarPolicy:
        """The calendar rules in force; a read, so it needs no key."""
        caller = Caller(CallerKind.JOURNEY, question.tenant, "journey/calendar")
        async with self._transactions(caller) as tx:
            return await read_calendar(tx, question)

    @activity.defn(name=contract.EXTEND_SERIES)
    async def extend_series(self, message: ExtendSeries) -> ActionResult:
        """Schedule the meetings of all series up to a day."""
        return await carry_out_for_facility(
            self._transactions, contract.EXTEND_SERIES, message, lambda tx: extend_series(tx, message)
        )

    def all(self) -> Sequence[Callable[..., Any]]:
        """The activities, as a worker takes them."""
        return (self.read_calendar, self.extend_series)
