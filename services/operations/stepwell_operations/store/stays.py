"""Where an episode stood, and in which zone, by its stay then: a transfer moves nothing of the time before it."""


def _last_stay(row: str, began: str) -> str:
    return f"""
cross join lateral (
    select p.facility_id, coalesce(f.zone, 'UTC') as zone
    from episode_phase p
    left join facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    where p.tenant_id = {row}.tenant_id and p.episode_id = {row}.episode_id and {began}
    order by p.version desc
    limit 1
) stay
"""


#: Of a week `w` the stay at the end of its first local day, by which the census counts that day.
STAY_OF_WEEK = _last_stay("w", "(p.from_at at time zone coalesce(f.zone, 'UTC'))::date <= w.week_starts_on")

#: Of a journey `j` the stay when the referred person was reached; none before that.
STAY_AT_FIRST_CONTACT = _last_stay("j", "p.from_at <= j.first_contact_at")
