"""Clinical facts about an episode that has closed: no journey takes them, so a person is asked to look."""

from uuid import UUID

from stepwell_contracts.activities import ActionKey, OpenCareTask
from stepwell_contracts.journey import LATE_CLINICAL
from stepwell_messaging.incoming import Incoming
from stepwell_postgres.duties import Duty, complete_duty, schedule_duty
from stepwell_postgres.transaction import Transaction, Transactions
from stepwell_workflows.bridge.signals import Journeys
from stepwell_workflows.bridge.store import Known
from stepwell_workflows.journey.care.late import late_task

SERVICE = "workflows"
FOLLOW_UP_LATE = "follow_up_late"


async def follow_up_late(tx: Transaction, incoming: Incoming, episode_id: UUID, known: Known) -> None:
    """Have somebody look at a late clinical fact; other late facts are shown and that is all."""
    if incoming.envelope.type not in LATE_CLINICAL or known.facility_id is None:
        return
    event_id = incoming.envelope.id
    key = ActionKey(
        tenant=tx.tenant,
        episode_id=episode_id,
        patient_id=known.patient_id,
        facility_id=known.facility_id,
        cause=str(event_id),
        index=0,
        traceparent=incoming.envelope.traceparent,
    )
    task = late_task(key, tx.now).model_dump(mode="json")
    await schedule_duty(tx, FOLLOW_UP_LATE, str(event_id), tx.now, task)


class FollowUpLate:
    """Handles `follow_up_late`: a workflow of the fact's own has intake open the task, once."""

    def __init__(self, transactions: Transactions, journeys: Journeys) -> None:
        self._transactions = transactions
        self._journeys = journeys

    async def __call__(self, duty: Duty) -> None:
        """Run the duty. Raises Unavailable (`temporal_unavailable`)."""
        await self._journeys.open_late_task(duty.key, OpenCareTask.model_validate(duty.payload))
        async with self._transactions(duty.caller(SERVICE)) as tx:
            await complete_duty(tx, duty)
