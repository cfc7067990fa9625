"""What the journey has intake do; each opens the transaction and calls the use case."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import (
    ActionResult,
    ChangePhase,
    CloseCareTask,
    EscalateCareTask,
    OpenCareTask,
    ReadPolicy,
)
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_intake.usecases.care_tasks import close_care_task, escalate_care_task, open_care_task
from stepwell_intake.usecases.change_phase import change_phase
from stepwell_intake.usecases.read_policy import read_policy
from stepwell_kernel.caller import Caller, CallerKind
from stepwell_postgres.transaction import Transactions
from stepwell_temporal.activities import carry_out


class IntakeActivities:
    """Activities on the queue of intake."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @activity.defn(name=contract.READ_POLICY)
    async def read_policy(self, question: ReadPolicy) -> JourneyPolicy:
        """The deadline rules in force; a read, so it needs no key."""
        caller = Caller(CallerKind.JOURNEY, question.tenant, "journey/policy")
        async with self._transactions(caller) as tx:
            return await read_policy(tx, question)

    @activity.defn(name=contract.OPEN_CARE_TASK)
    async def open_care_task(self, message: OpenCareTask) -> ActionResult:
        """Give a role something to do."""
        return await carry_out(
            self._transactions, contract.OPEN_CARE_TASK, message, lambda tx: open_care_task(tx, message)
        )

    @activity.defn(name=contract.ESCALATE_CARE_TASK)
    async def escalate_care_task(self, message: EscalateCareTask) -> ActionResult:
        """Let a task concern another role too."""
        return await carry_out(
            self._transactions,
            contract.ESCALATE_CARE_TASK,
            message,
            lambda tx: escalate_care_task(tx, message),
        )

    @activity.defn(name=contract.CLOSE_CARE_TASK)
    async def close_care_task(self, message: CloseCareTask) -> ActionResult:
        """A task is done or no longer needed."""
        return await carry_out(
            self._transactions, contract.CLOSE_CARE_TASK, message, lambda tx: close_care_task(tx, message)
        )

    @activity.defn(name=contract.CHANGE_PHASE)
    async def change_phase(self, message: ChangePhase) -> ActionResult:
        """Move the episode."""
        return await carry_out(self._transactions, contract.CHANGE_PHASE, message, lambda tx: change_phase(tx, message))

    def all(self) -> Sequence[Callable[..., Any]]:
        """The activities, as a worker takes them."""
        return (
            self.read_policy,
            self.open_care_task,
            self.escalate_care_task,
            self.close_care_task,
            self.change_phase,
        )
