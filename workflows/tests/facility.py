"""The calendar of a facility with stand-ins for the services, on the workflow server."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ActionResult, CalendarPolicy, ReadCalendar
from stepwell_contracts.journey import CALENDAR_WORKFLOW_ID_PREFIX, TASK_QUEUE, StartCalendar
from stepwell_kernel.ids import new_id
from stepwell_temporal.worker import sandbox_runner
from stepwell_workflows.facility.state import CalendarState
from stepwell_workflows.facility.workflow import FacilityCalendar

CALENDAR = CalendarPolicy(
    version="calendar/1",
    zone="America/New_York",
    week_begins_on=0,
    plan_days_before=4,
    plan_at=time(12),
    series_days_ahead=28,
    draw_at=time(5),
)

PLANNING = (contract.EXTEND_SERIES, contract.PLAN_WEEK)


@dataclass
class Facility:
    """Stand-ins for the activities of scheduling and medication; what is in `broken` raises, in `refused` says no."""

    environment: WorkflowEnvironment
    policy: CalendarPolicy = CALENDAR
    facility_id: UUID = field(default_factory=new_id)
    asked: list[tuple[str, str, datetime]] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    broken: dict[str, str] = field(default_factory=dict)
    handle: WorkflowHandle[Any, Any] | None = None
    first_run: str = ""

    @property
    def workflow_id(self) -> str:
        """The calendar's workflow."""
        return f"{CALENDAR_WORKFLOW_ID_PREFIX}{self.facility_id}"

    async def sleep(self, **span: float) -> datetime:
        """Let time go by, and return the instant."""
        await self.environment.sleep(timedelta(**span))
        return await self.environment.get_current_time()

    async def state(self) -> CalendarState:
        """The state of the calendar."""
        assert self.handle is not None
        state: CalendarState = await self.handle.query("state", result_type=CalendarState)
        return state

    def days(self, name: str) -> list[str]:
        """The local days for which something was done, in the order in which it was."""
        return [day for asked, day, _ in self.asked if asked == name]

    def activities(self, queue: str) -> Sequence[Callable[..., Any]]:
        """What the worker of a queue registers."""
        if queue == contract.MEDICATION_QUEUE:
            return [self._plain(contract.SELECT_DRUG_TESTS, "day")]
        return [
            self._calendar(),
            self._plain(contract.EXTEND_SERIES, "until_day"),
            self._plain(contract.PLAN_WEEK, "week_starts_on"),
        ]

    def _plain(self, name: str, day: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def act(message: dict[str, Any]) -> ActionResult:
            if name in self.broken:
                raise ApplicationError("no answer", type=self.broken[name])
            if name in self.refused:
                return ActionResult(accepted=False, code="facility_not_known", kind="not_found")
            self.asked.append((name, message[day], await self.environment.get_current_time()))
            return ActionResult(accepted=True)

        return act

    def _calendar(self) -> Callable[..., Any]:
        @activity.defn(name=contract.READ_CALENDAR)
        async def read_calendar(question: ReadCalendar) -> CalendarPolicy:
            del question
            return self.policy

        return read_calendar


@asynccontextmanager
async def calendar(facility: Facility) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """The calendar with its worker and the two services' workers."""
    client = facility.environment.client
    calendars = Worker(client, task_queue=TASK_QUEUE, workflows=[FacilityCalendar], workflow_runner=sandbox_runner())
    lanes = [
        Worker(client, task_queue=queue, activities=facility.activities(queue))
        for queue in (contract.SCHEDULING_QUEUE, contract.MEDICATION_QUEUE)
    ]
    async with calendars, lanes[0], lanes[1]:
        facility.handle = await client.start_workflow(
            FacilityCalendar.run,
            args=[StartCalendar(tenant="riverbend", facility_id=facility.facility_id), None],
            id=facility.workflow_id,
            task_queue=TASK_QUEUE,
        )
        facility.first_run = facility.handle.first_execution_run_id or ""
        yield facility.handle
