"""A facility that is published gets its calendar once."""

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from stepwell_contracts.events.scheduling import FacilityPublished, RoomPublished
from stepwell_contracts.journey import CALENDAR_WORKFLOW_ID_PREFIX, TASK_QUEUE
from stepwell_kernel.ids import new_id
from stepwell_temporal.worker import sandbox_runner
from stepwell_testing.records import incoming
from stepwell_workflows.bridge.calendars import Calendars
from stepwell_workflows.bridge.signals import Journeys
from stepwell_workflows.facility.workflow import FacilityCalendar
from workflows.tests.stories import REFERRED_AT


async def test_a_published_facility_gets_one_calendar(workflow_environment: WorkflowEnvironment) -> None:
    client, facility_id = workflow_environment.client, new_id()
    calendars = Calendars(Journeys(client, tuple))
    published = FacilityPublished(
        facility_id=facility_id,
        neutral_name="Riverbend Center",
        callback_number="+12025550143",
        zone="America/New_York",
        holidays=(),
    )
    told = [incoming(published, key=f"facility/{facility_id}", at=REFERRED_AT, version=1)]
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[FacilityCalendar], workflow_runner=sandbox_runner()):
        await calendars.prepare(told)
        first = await client.get_workflow_handle(f"{CALENDAR_WORKFLOW_ID_PREFIX}{facility_id}").describe()
        await calendars.prepare(told)
        again = await client.get_workflow_handle(f"{CALENDAR_WORKFLOW_ID_PREFIX}{facility_id}").describe()
        assert again.run_id == first.run_id
    assert not calendars.takes(RoomPublished.type)
