"""The smallest journey: one action, tried as the real journey tries it."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from stepwell_contracts.activities import CLOSE_CARE_TASK, ActionResult, CloseCareTask

RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=50),
    maximum_interval=timedelta(milliseconds=200),
    non_retryable_error_types=["bug"],
)


@workflow.defn(name="OneAction")
class OneAction:
    """Closes one care task."""

    @workflow.run
    async def run(self, message: CloseCareTask) -> ActionResult:
        """Ask for it until it is answered."""
        result: ActionResult = await workflow.execute_activity(
            CLOSE_CARE_TASK,
            message,
            result_type=ActionResult,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RETRY,
        )
        return result
