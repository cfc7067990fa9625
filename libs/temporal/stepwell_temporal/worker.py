"""Workers: the options for small machines, the sandbox, versions in a cluster."""

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from stepwell_temporal.interceptors import ActivityEdge

#: Pure modules that workflows import; loaded once instead of once per workflow.
PASSED_THROUGH = ("stepwell_kernel", "stepwell_contracts", "stepwell_workflows", "pydantic", "opentelemetry")

GRACE = timedelta(seconds=5)

#: A worker without a deployment is not told apart by its code, yet has a build id. Left to itself the SDK makes one at
#: every start, by reading and hashing the code of all modules that are loaded.
RELEASE = version("stepwell-temporal")


def sandbox_runner() -> SandboxedWorkflowRunner:
    """The sandbox of our workflows."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def workflow_worker(client: Client, queue: str, workflows: Sequence[type]) -> Worker:
    """A worker that runs workflows and no activities; versioned where the environment names a deployment."""
    deployment = _deployment()
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        workflow_runner=sandbox_runner(),
        max_cached_workflows=2_000,
        max_concurrent_workflow_tasks=20,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(5),
        deployment_config=deployment,
        build_id=None if deployment else RELEASE,
        graceful_shutdown_timeout=GRACE,
    )


def activity_worker(client: Client, queue: str, activities: Sequence[Callable[..., Any]]) -> Worker:
    """A worker that runs a service's activities."""
    return Worker(
        client,
        task_queue=queue,
        activities=activities,
        interceptors=[ActivityEdge()],
        max_concurrent_activities=50,
        activity_task_poller_behavior=PollerBehaviorSimpleMaximum(3),
        build_id=RELEASE,
        graceful_shutdown_timeout=GRACE,
    )


async def run_worker(worker: Worker) -> None:
    """Run until cancelled; polls are repeated by the SDK while the server is away."""
    try:
        await worker.run()
    except asyncio.CancelledError:
        await worker.shutdown()
        raise


def _deployment() -> WorkerDeploymentConfig | None:
    name, build_id = os.environ.get("TEMPORAL_DEPLOYMENT_NAME"), os.environ.get("TEMPORAL_WORKER_BUILD_ID")
    if not name or not build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(name, build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
