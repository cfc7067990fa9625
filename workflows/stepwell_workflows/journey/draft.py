"""A journey's next state while one decision is being made."""

from collections.abc import Mapping
from datetime import datetime, timedelta
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
from stepwell_workflows.journey.happenings import Cause
from stepwell_workflows.journey.state import TASKS, Action, JourneyState, Obligation, ObligationKind

QUEUES: Mapping[str, str] = {"intake": contract.INTAKE_QUEUE, "scheduling": contract.SCHEDULING_QUEUE}


class Draft:
    """Collects changes and actions; `finish` gives the new state and the actions added to it."""

    def __init__(self, state: JourneyState, policy: JourneyPolicy, cause: Cause) -> None:
        self.state = state
        self.policy = policy
        self.cause = cause
        self._actions: list[Action] = []

    @property
    def now(self) -> datetime:
        """Domain time of the decision."""
        return self.cause.now

    def change(self, **fields: Any) -> None:
        """Set fields of the state."""
        self.state = self.state.model_copy(update=fields)

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

    def oblige(self, kind: ObligationKind, key: str, due_at: datetime, *, opens_at: datetime | None = None) -> None:
        """Add an obligation; one with a task opens it now, or at `opens_at`. One of that key stays as it is."""
        if key in self.state.obligations:
            return
        task_id = self._task_id(key) if kind in TASKS else None
        wakes_at = due_at if task_id is None else (opens_at or self.now)
        self._keep(Obligation(key=key, kind=kind, due_at=due_at, wakes_at=wakes_at, task_id=task_id))
        if task_id is not None and wakes_at <= self.now:
            self.open_task(self.state.obligations[key])

    def open_task(self, obligation: Obligation) -> None:
        """Open the obligation's care task; the journey comes back to it when it is due."""
        task_id, rule = obligation.task_id, TASKS[obligation.kind]
        if task_id is None:
            return
        message = OpenCareTask(
            key=self.key(), task_id=task_id, kind=rule.kind, role=rule.role, due_at=obligation.due_at
        )
        self.act(contract.OPEN_CARE_TASK, message)
        self._keep(obligation.model_copy(update={"task_is_open": True, "wakes_at": obligation.due_at}))

    def escalate(self, obligation: Obligation, *, most: int) -> None:
        """Tell the supervisor that the task is overdue; after `most` times the journey leaves it with the person."""
        task_id = obligation.task_id
        if task_id is None:
            return
        due_at = self.escalation_due()
        message = EscalateCareTask(key=self.key(), task_id=task_id, role=Role.SUPERVISOR, due_at=due_at)
        self.act(contract.ESCALATE_CARE_TASK, message)
        escalations = obligation.escalations + 1
        wakes_at = due_at if escalations < most else None
        self._keep(obligation.model_copy(update={"escalations": escalations, "wakes_at": wakes_at}))

    def escalation_due(self) -> datetime:
        """When a supervisor must have acted on what is escalated now."""
        return self.now + timedelta(hours=self.policy.escalation_hours)

    def settle(self, key: str, outcome: str) -> None:
        """The obligation is met or no longer needed: remove it, and close its task."""
        obligation = self.state.obligations.get(key)
        if obligation is None:
            return
        if obligation.task_id is not None and obligation.task_is_open:
            message = CloseCareTask(key=self.key(), task_id=obligation.task_id, outcome=outcome)
            self.act(contract.CLOSE_CARE_TASK, message)
        self.change(obligations={k: o for k, o in self.state.obligations.items() if k != key})

    def settle_kind(self, kind: ObligationKind, outcome: str) -> None:
        """Settle all obligations of a kind."""
        for key in [key for key, obligation in self.state.obligations.items() if obligation.kind is kind]:
            self.settle(key, outcome)

    def finish(self) -> tuple[JourneyState, tuple[Action, ...]]:
        """The new state, and what was added to its outstanding actions."""
        return self.state, tuple(self._actions)

    def _keep(self, obligation: Obligation) -> None:
        self.change(obligations={**self.state.obligations, obligation.key: obligation})

    def _task_id(self, key: str) -> UUID:
        return derived_id(self.state.episode_id, "task", key, str(self.state.next_index))
