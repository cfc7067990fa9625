"""Where an id of any kind leads, as far as the caller may see."""

from uuid import UUID

from stepwell_contracts.http.operations_network import Found, FoundEpisode, FoundFacility
from stepwell_kernel.errors import NotFound
from stepwell_operations.domain.access import reads_messages
from stepwell_operations.store.correspondence import about_crisis, readable
from stepwell_operations.store.scope import facilities_of, own
from stepwell_postgres.transaction import Transaction

#: An event of the patient alone leads to all of the patient's episodes, and so does a trace with such an event.
EPISODES = f"""
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
    union all select 'reply', episode_id from reply where reply_id = $2 and $4::boolean
    union all select 'authorization', episode_id from payer_authorization where authorization_id = $2
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

FACILITIES = f"""
select named.kind, f.facility_id, f.neutral_name, (named.starts_at at time zone f.zone)::date as day
from (
    select 'facility' as kind, facility_id, null::timestamptz as starts_at from facility where facility_id = $2
    union all select 'group', facility_id, null from care_group where group_id = $2
    union all select 'session', facility_id, starts_at from session where session_id = $2
) named
join facility f on f.facility_id = named.facility_id
where {own("f.facility_id")}
order by named.kind
"""


async def find(tx: Transaction, identifier: UUID) -> Found:
    """The episodes to which an id leads, the latest first, and the facilities; a trace's is one of as many digits.

    Raises NotFound (`nothing_found`), for what lies in another facility or tenant as for what does not exist, and for
    messages and replies where the caller may not read these.
    """
    scope, messages = facilities_of(tx.caller), reads_messages(tx.caller)
    episodes = await tx.connection.fetch(EPISODES, scope, identifier, identifier.hex, messages)
    facilities = await tx.connection.fetch(FACILITIES, scope, identifier)
    if not episodes and not facilities:
        raise NotFound("nothing_found", "nothing that you may see goes by this id")
    return Found(
        episodes=tuple(FoundEpisode(**row) for row in episodes),
        facilities=tuple(FoundFacility(**row) for row in facilities),
    )
