"""What the weeks of episodes are planned by, and the plans that were made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from stepwell_contracts.http.scheduling_plans import GapView, WeekPlanView
from stepwell_kernel.codes import AgeBand, Modality, Phase, TreatmentPart
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.scheduling_codes import PlanGap
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.episodes import IN_CARE, Episode
from stepwell_scheduling.domain.planning.rules import Mix, Prescribed
from stepwell_scheduling.domain.planning.values import Gap
from stepwell_scheduling.domain.planning.weeks import PlannedEpisode

KEEP_COURSE = """
update ref_episode set weeks_from = coalesce($2, weeks_from), part = $3 where episode_id = $1 and version = $4
"""

KEEP_MIX = "update ref_episode set mix = $2, version = greatest(version, $3) where episode_id = $1"

EPISODES = """
select e.episode_id, e.patient_id, e.facility_id, e.program_id, e.age_band, e.phase, e.prescribed_minutes_per_week,
       p.program_type, p.level_of_care, p.plans_weeks, e.part, e.mix, e.weeks_from, e.version,
       exists (select from replacement r where r.episode_id = e.episode_id and r.state = 'made') as exchange_open
from ref_episode e join program p using (program_id)
"""

OF_IDS = f"{EPISODES} where e.episode_id = any($1) order by e.episode_id"

OF_FACILITY = f"""
{EPISODES}
where e.facility_id = $1 and p.plans_weeks and e.weeks_from is not null and e.phase = any($2)
order by e.episode_id
"""

INSERT = """
insert into week_plan (plan_id, tenant_id, facility_id, episode_id, week_starts_on, required_minutes, planned_minutes,
                       shortfall_minutes, missing, gaps, booked, rules, planned_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

PLANS = """
select plan_id, facility_id, episode_id, week_starts_on, required_minutes, planned_minutes, shortfall_minutes, missing,
       gaps, booked, rules, planned_at
from week_plan
where episode_id = $1
order by week_starts_on desc, planned_at desc, plan_id desc
"""


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """One planning of a week: minutes, what is missing and why, how much was booked, and the rules it went by."""

    plan_id: UUID
    facility_id: UUID
    episode_id: UUID
    week_starts_on: date
    required_minutes: int
    planned_minutes: int
    missing: tuple[Modality, ...]
    gaps: tuple[Gap, ...]
    booked: int
    rules: tuple[str, ...]
    planned_at: datetime

    @property
    def shortfall_minutes(self) -> int:
        """What is missing to the required minutes."""
        return max(self.required_minutes - self.planned_minutes, 0)


async def keep_course(
    tx: Transaction, episode_id: UUID, weeks_from: date | None, part: TreatmentPart | None, version: int
) -> None:
    """Store what the latest event, of that version, says: which part of treatment runs, and a new count of weeks."""
    await tx.connection.execute(KEEP_COURSE, episode_id, weeks_from, part, version)


async def keep_mix(
    tx: Transaction, episode_id: UUID, plan_id: UUID, sessions: Sequence[Prescribed], version: int
) -> None:
    """Store the mix of the signed plan; a plan without one lets that of the program hold."""
    mix = {"plan_id": str(plan_id), "sessions": [asdict(one) for one in sessions]} if sessions else None
    await tx.connection.execute(KEEP_MIX, episode_id, mix, version)


async def find_planned(tx: Transaction, episode_id: UUID, known_version: int = 0) -> PlannedEpisode:
    """The episode as its weeks are planned.

    Raises Unavailable (`episode_not_known_yet`) until intake's events up to that version have arrived.
    """
    row = await tx.connection.fetchrow(OF_IDS, [episode_id])
    if row is None or row["version"] < known_version:
        raise Unavailable("episode_not_known_yet", "intake's event about this episode has not arrived")
    return _planned(row)


async def planned_at(tx: Transaction, facility_id: UUID) -> list[PlannedEpisode]:
    """The episodes in care at a facility whose programs plan weeks, in the order of their ids."""
    return [_planned(row) for row in await tx.connection.fetch(OF_FACILITY, facility_id, sorted(IN_CARE))]


async def insert_plan(tx: Transaction, plan: StoredPlan) -> None:
    """Store a planning."""
    await tx.connection.execute(
        INSERT,
        plan.plan_id,
        tx.tenant,
        plan.facility_id,
        plan.episode_id,
        plan.week_starts_on,
        plan.required_minutes,
        plan.planned_minutes,
        plan.shortfall_minutes,
        plan.missing,
        [asdict(gap) for gap in plan.gaps],
        plan.booked,
        plan.rules,
        plan.planned_at,
    )


async def plans_of(tx: Transaction, episode_id: UUID) -> list[StoredPlan]:
    """The plannings of an episode, the latest week and planning first."""
    return [_plan(row) for row in await tx.connection.fetch(PLANS, episode_id)]


def plan_view(plan: StoredPlan) -> WeekPlanView:
    """The planning as it is shown."""
    return WeekPlanView(
        plan_id=plan.plan_id,
        episode_id=plan.episode_id,
        week_starts_on=plan.week_starts_on,
        required_minutes=plan.required_minutes,
        planned_minutes=plan.planned_minutes,
        shortfall_minutes=plan.shortfall_minutes,
        missing=plan.missing,
        gaps=tuple(GapView(modality=gap.modality, reason=gap.reason, minutes=gap.minutes) for gap in plan.gaps),
        booked=plan.booked,
        rules=plan.rules,
        planned_at=plan.planned_at,
    )


def _planned(row: asyncpg.Record) -> PlannedEpisode:
    episode = Episode(
        episode_id=row["episode_id"],
        patient_id=row["patient_id"],
        facility_id=row["facility_id"],
        program_id=row["program_id"],
        age_band=AgeBand(row["age_band"]),
        phase=Phase(row["phase"]),
        prescribed_minutes_per_week=row["prescribed_minutes_per_week"],
    )
    return PlannedEpisode(
        episode=episode,
        program_type=row["program_type"],
        level_of_care=row["level_of_care"],
        plans_weeks=row["plans_weeks"],
        part=TreatmentPart(row["part"]) if row["part"] else None,
        mix=_mix(row["mix"]) if row["mix"] else None,
        weeks_from=row["weeks_from"],
        exchange_open=row["exchange_open"],
    )


def _mix(stored: Mapping[str, Any]) -> Mix:
    sessions = tuple(
        Prescribed(Modality(one["modality"]), one["sessions"], one["minutes"], one["every_weeks"])
        for one in stored["sessions"]
    )
    return Mix(f"plan/{stored['plan_id']}", sessions)


def _plan(row: asyncpg.Record) -> StoredPlan:
    return StoredPlan(
        plan_id=row["plan_id"],
        facility_id=row["facility_id"],
        episode_id=row["episode_id"],
        week_starts_on=row["week_starts_on"],
        required_minutes=row["required_minutes"],
        planned_minutes=row["planned_minutes"],
        missing=tuple(Modality(one) for one in row["missing"]),
        gaps=tuple(
            Gap(Modality(one["modality"]) if one["modality"] else None, PlanGap(one["reason"]), one["minutes"])
            for one in row["gaps"]
        ),
        booked=row["booked"],
        rules=tuple(row["rules"]),
        planned_at=row["planned_at"],
    )
