"""A clinical fact that came after its episode had closed: intake gives it to a person."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts import activities as contract
    from stepwell_contracts.activities import ActionResult, OpenCareTask
    from stepwell_contracts.journey import LATE_WORKFLOW_NAME
    from stepwell_workflows.shell import ACTIVITY_TIMEOUT, FOR_EVER


@workflow.defn(name=LATE_WORKFLOW_NAME)
class LateFact:
    """One per late fact; it lives until intake has opened the task."""

    @workflow.run
    async def run(self, task: OpenCareTask) -> ActionResult:
        """Have the task opened; while intake is away it is asked again, for ever."""
        result: ActionResult = await workflow.execute_activity(
            contract.OPEN_CARE_TASK,
            task,
            task_queue=contract.INTAKE_QUEUE,
            result_type=ActionResult,
            start_to_close_timeout=ACTIVITY_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return result
