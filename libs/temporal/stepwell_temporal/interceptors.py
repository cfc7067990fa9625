"""What happens around every activity: a span in the trace of its cause, and errors by kind."""

import logging
from typing import Any

from opentelemetry.trace import SpanKind
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from stepwell_contracts.activities import ActionKey, FacilityKey
from stepwell_kernel.errors import Kind, StepwellError
from stepwell_postgres.pool import TRANSIENT_ERRORS
from stepwell_runtime import spans
from stepwell_runtime.telemetry import remote_context, spanning

logger = logging.getLogger(__name__)


class ActivityEdge(Interceptor):
    """Puts `AroundActivity` around the activities of a worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  the SDK's name
        """The next interceptor, wrapped."""
        return AroundActivity(next)


class AroundActivity(ActivityInboundInterceptor):
    """Runs an activity under the span of the event that caused it.

    `unavailable` is left to the journey's retries; anything else raised is a bug, which they name as not retryable.
    """

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  the SDK's name
        """Run it."""
        info = activity.info()
        key = next((getattr(arg, "key", None) for arg in input.args), None)
        attributes = {spans.ACTIVITY: info.activity_type, spans.QUEUE: info.task_queue}
        if isinstance(key, ActionKey):
            attributes[spans.EPISODE] = str(key.episode_id)
        parent = remote_context(key.traceparent if isinstance(key, ActionKey | FacilityKey) else None)
        try:
            with spanning(f"activity {info.activity_type}", SpanKind.CONSUMER, parent, **attributes):
                return await super().execute_activity(input)
        except ApplicationError:
            raise
        except StepwellError as error:
            raise _as_application_error(error.kind, error.code) from error
        except TRANSIENT_ERRORS as error:
            raise _as_application_error(Kind.UNAVAILABLE, type(error).__name__) from error
        except Exception as error:
            logger.exception("activity_failed", extra={"activity": info.activity_type})
            raise _as_application_error(Kind.BUG, type(error).__name__) from error


def _as_application_error(kind: Kind, code: str) -> ApplicationError:
    """`unavailable` by its kind; every other kind is a bug here, since rejections are values."""
    return ApplicationError(code, type=kind.value if kind is Kind.UNAVAILABLE else Kind.BUG.value)
