"""A journey's next state while one decision is being made."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import (
    ActionKey,
    CloseCareTask,
    EscalateCareTask,
    OpenCareTask,
)
from stepwell_contracts.base import Value
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import derived_id
from stepwell_workflows.journey.calendar import business_days_after, local_day, whole_minute
from stepwell_workflows.journey.happenings import Cause
from stepwell_workflows.journey.obligations import TASKS, Obligation, ObligationKind, TaskRule
from stepwell_workflows.journey.state import Action, JourneyState

QUEUES: Mapping[str, str] = MappingProxyType({"intake": contract.INTAKE_QUEUE, "scheduling": contract.SCHEDULING_QUEUE})


class Draft:
    """Collects changes and actions; `finish` gives the new state and the actions added to it."""

    def __init__(self, state: JourneyState, policy: JourneyPolicy, cause: Cause) -> None:
        self.state = state
        self.policy = policy
        self.cause = cause
        self._actions: list[Action] = []

    @property
    def now(self) -> datetime:
        """Domain time of what is decided on: of a fact, when it happened."""
        return self.cause.now

    @property
    def today(self) -> date:
        """The day at the facility."""
        return local_day(self.policy, self.now)

    def business_days(self, days: int) -> datetime:
        """So many business days of the facility from now."""
        return business_days_after(self.policy, self.now, days)

    def change(self, **fields: Any) -> None:
        """Set fields of the state."""
        self.state = self.state.model_copy(update=fields)

    def learn(self, **facts: Any) -> None:
        """Set what is known of the patient."""
        self.change(clinical=self.state.clinical.model_copy(update=facts))

    def key(self) -> ActionKey:
        """The key of the next action."""
        return ActionKey(
            tenant=self.state.tenant,
            episode_id=self.state.episode_id,
            patient_id=self.state.patient_id,
            facility_id=self.state.facility_id,
            cause=self.cause.key,
            index=self.state.next_index,
            on_behalf_of=self.cause.on_behalf_of,
            traceparent=self.cause.traceparent,
        )

    def act(self, name: str, message: Value, *, of_saga: bool = False) -> None:
        """Have the owning service do something; the message was made with `key()`."""
        action = Action(
            index=self.state.next_index,
            queue=QUEUES[name.split(".", 1)[0]],
            name=name,
            message=message.model_dump(mode="json"),
            of_saga=of_saga,
        )
        self._actions.append(action)
        self.change(outstanding=(*self.state.outstanding, action), next_index=action.index + 1)

    def oblige(
        self,
        kind: ObligationKind,
        key: str,
        due_at: datetime,
        *,
        opens_at: datetime | None = None,
        lapses_at: datetime | None = None,
        task: TaskRule | None = None,
    ) -> None:
        """Add an obligation; one with a task opens it now, or at `opens_at`. One of that key stays as it is.

        Instants are whole minutes, as people read them; what falls due together is handled together.
        """
        if key in self.state.obligations:
            return
        task = task or TASKS.get(kind)
        due_at, opens_at = whole_minute(due_at), self.now if opens_at is None else whole_minute(opens_at)
        obligation = Obligation(
            key=key,
            kind=kind,
            due_at=due_at,
            wakes_at=due_at if task is None else opens_at,
            task=task,
            task_id=None if task is None else derived_id(self.state.episode_id, "task", key, str(self.cause.key)),
            lapses_at=None if lapses_at is None else whole_minute(lapses_at),
        )
        self.keep(obligation)
        if task is not None and opens_at <= self.now:
            self.open_task(obligation, task)

    def open_task(self, obligation: Obligation, task: TaskRule) -> None:
        """Open the obligation's care task; the journey comes back to it when it is due."""
        task_id = obligation.task_id
        if task_id is None:
            return
        message = OpenCareTask(
            key=self.key(), task_id=task_id, kind=task.kind, role=task.role, due_at=obligation.due_at
        )
        self.act(contract.OPEN_CARE_TASK, message)
        wakes_at = _first(obligation.due_at, obligation.lapses_at)
        self.keep(obligation.model_copy(update={"task_is_open": True, "wakes_at": wakes_at}))

    def escalate(self, obligation: Obligation, task: TaskRule) -> None:
        """Tell the next one up that the task is overdue: supervisor first, then the administrator, every week anew."""
        task_id = obligation.task_id
        if task_id is None:
            return
        is_first = obligation.escalations == 0 and task.role is not Role.SUPERVISOR
        due_at = self.escalation_due()
        message = EscalateCareTask(
            key=self.key(),
            task_id=task_id,
            role=Role.SUPERVISOR if is_first else Role.ADMINISTRATOR,
            due_at=due_at,
        )
        self.act(contract.ESCALATE_CARE_TASK, message)
        repeat_at = whole_minute(self.now + timedelta(days=self.policy.escalation_repeat_days))
        again_at = due_at if is_first else repeat_at
        update = {"escalations": obligation.escalations + 1, "wakes_at": _first(again_at, obligation.lapses_at)}
        self.keep(obligation.model_copy(update=update))

    def escalation_due(self) -> datetime:
        """When somebody must have acted on what is escalated now."""
        return whole_minute(self.now + timedelta(hours=self.policy.escalation_hours))

    def settle(self, key: str, outcome: str) -> None:
        """The obligation is met or no longer needed: remove it, and close its task."""
        obligation = self.state.obligations.get(key)
        if obligation is None:
            return
        if obligation.task_id is not None and obligation.task_is_open:
            message = CloseCareTask(key=self.key(), task_id=obligation.task_id, outcome=outcome)
            self.act(contract.CLOSE_CARE_TASK, message)
        self.drop(key)

    def settle_where(self, chosen: Callable[[Obligation], bool], outcome: str) -> None:
        """Settle all obligations that are chosen."""
        for key in [key for key, obligation in self.state.obligations.items() if chosen(obligation)]:
            self.settle(key, outcome)

    def settle_kind(self, kind: ObligationKind, outcome: str) -> None:
        """Settle all obligations of a kind."""
        self.settle_where(lambda obligation: obligation.kind is kind, outcome)

    def drop(self, key: str) -> None:
        """Remove an obligation whose task a person has closed."""
        self.change(obligations={k: o for k, o in self.state.obligations.items() if k != key})

    def keep(self, obligation: Obligation) -> None:
        """Store an obligation as it is now."""
        self.change(obligations={**self.state.obligations, obligation.key: obligation})

    def task(self, task_id: UUID) -> Obligation | None:
        """The obligation that a care task stands for."""
        return next((o for o in self.state.obligations.values() if o.task_id == task_id), None)

    def finish(self) -> tuple[JourneyState, tuple[Action, ...]]:
        """The new state, and what was added to its outstanding actions."""
        return self.state, tuple(self._actions)


def _first(instant: datetime, other: datetime | None) -> datetime:
    return instant if other is None else min(instant, other)
