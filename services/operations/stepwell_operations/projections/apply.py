"""Applies a batch of events to the read models, with one statement or two for each of them.

Everything comes from the events alone. A repeat changes nothing: rows keep the version that they were written by.
Between services there is no order, so no read model needs another service's events to have come first.
"""

from collections.abc import Sequence

from stepwell_messaging.incoming import Incoming
from stepwell_operations.projections.authorizations import keep_authorizations
from stepwell_operations.projections.bookings import keep_bookings
from stepwell_operations.projections.care_tasks import keep_care_tasks
from stepwell_operations.projections.crises import keep_crises
from stepwell_operations.projections.journeys import keep_journeys, lock_journeys, touch_journeys
from stepwell_operations.projections.messages import keep_messages
from stepwell_operations.projections.outcomes import keep_outcomes
from stepwell_operations.projections.pages import keep_pages
from stepwell_operations.projections.phases import keep_phases
from stepwell_operations.projections.plans import keep_plans
from stepwell_operations.projections.reference import keep_reference
from stepwell_operations.projections.replies import keep_replies
from stepwell_operations.projections.screens import keep_screens
from stepwell_operations.projections.sessions import keep_sessions
from stepwell_operations.projections.streams import note_streams
from stepwell_operations.projections.timeline import add_to_timeline
from stepwell_operations.projections.waits import keep_waits
from stepwell_operations.projections.weeks import keep_weeks
from stepwell_postgres.transaction import Transaction

PATIENT_TOPIC = ".patient"

#: The row stays locked until the commit, so it is moved last.
MOVE_MARK = "update projection_mark set number = number + 1"


async def apply(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """Bring the read models of one tenant up to the batch, whose events are in order for each service and patient."""
    about_patients = [one for one in incoming if one.record.topic.endswith(PATIENT_TOPIC)]
    if about_patients:
        await lock_journeys(tx, about_patients)
        await note_streams(tx, about_patients)
        await add_to_timeline(tx, about_patients)
        await keep_journeys(tx, about_patients)
        await touch_journeys(tx, about_patients)
        await keep_phases(tx, about_patients)
        await keep_outcomes(tx, about_patients)
        await keep_care_tasks(tx, about_patients)
        await keep_bookings(tx, about_patients)
        await keep_weeks(tx, about_patients)
        await keep_waits(tx, about_patients)
        await keep_screens(tx, about_patients)
        await keep_crises(tx, about_patients)
        await keep_pages(tx, about_patients)
        await keep_authorizations(tx, about_patients)
        await keep_plans(tx, about_patients)
        await keep_messages(tx, about_patients)
        await keep_replies(tx, about_patients)
    await keep_sessions(tx, incoming)
    await keep_reference(tx, incoming)
    await tx.connection.execute(MOVE_MARK)
