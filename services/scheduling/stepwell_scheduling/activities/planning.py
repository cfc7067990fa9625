"""What the journey and the calendar have scheduling plan; each opens the transaction and calls the use case."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, BookVisit, PlanEpisode, PlanWeek
from stepwell_postgres.transaction import Transactions
from stepwell_scheduling.usecases.book_visit import book_visit
from stepwell_scheduling.usecases.plan_episode import plan_episode
from stepwell_scheduling.usecases.plan_facility_week import plan_facility_week
from stepwell_temporal.activities import carry_out, carry_out_for_facility


class PlanningActivities:
    """Activities of planning on the queue of scheduling."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @activity.defn(name=contract.PLAN_WEEK)
    async def plan_week(self, message: PlanWeek) -> ActionResult:
        """Plan the weeks of a facility's episodes that begin in seven days."""
        return await carry_out_for_facility(
            self._transactions, contract.PLAN_WEEK, message, lambda tx: plan_facility_week(tx, message)
        )

    @activity.defn(name=contract.PLAN_EPISODE)
    async def plan_episode(self, message: PlanEpisode) -> ActionResult:
        """Plan the weeks of an episode that the calendar has passed."""
        return await carry_out(self._transactions, contract.PLAN_EPISODE, message, lambda tx: plan_episode(tx, message))

    @activity.defn(name=contract.BOOK_VISIT)
    async def book_visit(self, message: BookVisit) -> ActionResult:
        """Find a time for a visit and book it."""
        return await carry_out(self._transactions, contract.BOOK_VISIT, message, lambda tx: book_visit(tx, message))

    def all(self) -> Sequence[Callable[..., Any]]:
        """The activities, as a worker takes them."""
        return (self.plan_week, self.plan_episode, self.book_visit)
