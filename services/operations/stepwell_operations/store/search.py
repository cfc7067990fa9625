"""Where an id of any kind leads, as far as the caller may see."""

from collections.abc import Sequence
from uuid import UUID

from stepwell_contracts.http.operations_network import FoundEpisode
from stepwell_kernel.errors import NotFound
from stepwell_operations.domain.access import reads_messages
from stepwell_operations.store.correspondence import about_crisis, readable
from stepwell_operations.store.scope import facilities_of, own
from stepwell_postgres.transaction import Transaction

#: An event of the patient alone leads to all of the patient's episodes, and so does a trace with such an event.
FIND = f"""
select named.kind, j.episode_id, j.facility_id, j.phase
from (
    select 'episode' as kind, episode_id from journey where episode_id = $2
    union all select 'patient', episode_id from journey where patient_id = $2
    union all select 'booking', episode_id from booking where booking_id = $2
    union all select 'task', episode_id from care_task where task_id = $2
    union all select 'message', episode_id from message where message_id = $2 and $4::boolean
    union all select 'crisis', episode_id from crisis where crisis_id = $2
    union all
    select 'page', episode_id from page where page_id = $2 and ($4::boolean or {about_crisis("page.crisis_id")})
    union all select 'plan', episode_id from treatment_plan where plan_id = $2
    union all
    select 'event', other.episode_id
    from timeline t join journey other on other.tenant_id = t.tenant_id and other.patient_id = t.patient_id
    where t.event_id = $2 and (t.episode_id is null or t.episode_id = other.episode_id) and {readable("$4", "t")}
    union all
    select distinct 'trace', other.episode_id
    from timeline t join journey other on other.tenant_id = t.tenant_id and other.patient_id = t.patient_id
    where t.trace_id = $3 and (t.episode_id is null or t.episode_id = other.episode_id) and {readable("$4", "t")}
) named
join journey j on j.episode_id = named.episode_id
where {own("j.facility_id")}
order by j.opened_at desc, j.episode_id, named.kind
"""


async def find_episodes(tx: Transaction, identifier: UUID) -> Sequence[FoundEpisode]:
    """The episodes to which an id leads, the latest first; the id of a trace is one of as many digits.

    Raises NotFound (`nothing_found`), for what lies in another facility or tenant as for what does not exist, and for
    messages and replies where the caller may not read these.
    """
    scope, messages = facilities_of(tx.caller), reads_messages(tx.caller)
    rows = await tx.connection.fetch(FIND, scope, identifier, identifier.hex, messages)
    if not rows:
        raise NotFound("nothing_found", "no episode that you may see goes by this id")
    return [FoundEpisode(**row) for row in rows]
