"""Places in groups."""

from datetime import timedelta
from uuid import UUID

from stepwell_contracts.http.scheduling_care import JoinGroup, JoinWaitlist
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Office

DAY = timedelta(days=1)
IS_THERE = frozenset({"already_member", "already_waiting"})


async def join(office: Office, case: Case, groups: tuple[UUID, ...]) -> None:
    """Become a member of groups from tomorrow on, or wait for them; doing it again changes nothing."""
    scheduling, from_day = office.person(Role.SCHEDULER).scheduling, case.today(office.now()) + DAY
    for group_id in groups:
        key = case.key(f"join-{group_id}-{from_day}")
        try:
            await scheduling.join_group(group_id, JoinGroup(episode_id=case.episode_id, from_day=from_day), key=key)
        except Conflict as refusal:
            if refusal.code == "group_full":
                await _wait(office, case, group_id)
            elif refusal.code not in IS_THERE:
                raise


async def _wait(office: Office, case: Case, group_id: UUID) -> None:
    key, body = case.key(f"wait-{group_id}"), JoinWaitlist(episode_id=case.episode_id)
    try:
        await office.person(Role.SCHEDULER).scheduling.join_waitlist(group_id, body, key=key)
    except Conflict as refusal:
        if refusal.code not in IS_THERE:
            raise
