"""A clinical fact that came after its episode had closed: intake gives it to a person."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts import activities as contract
    from stepwell_contracts.activities import ActionResult, OpenCareTask
    from stepwell_contracts.journey import LATE_WORKFLOW_NAME


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
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=60), non_retryable_error_types=["bug"]),
        )
        return result
