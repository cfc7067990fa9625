"""A clinical fact about an episode that has closed: what a person is asked, by the journey or in its place."""

from datetime import datetime, timedelta

from stepwell_contracts.activities import ActionKey, OpenCareTask
from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.ids import derived_id

LOOK_WITHIN = timedelta(hours=24)


def late_task(key: ActionKey, now: datetime) -> OpenCareTask:
    """Look at the event that is the key's cause; whoever asks, it is one task."""
    return OpenCareTask(
        key=key,
        task_id=derived_id(key.episode_id, "late", key.cause),
        kind=TaskKind.LATE_FACT,
        role=Role.SUPERVISOR,
        due_at=now + LOOK_WITHIN,
    )
