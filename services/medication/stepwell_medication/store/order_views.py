"""Orders as people read them, and what of them waits for somebody."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from stepwell_contracts.http.common import WorklistRow
from stepwell_contracts.http.medication import FindingView
from stepwell_contracts.http.medication_orders import EpisodeOrder
from stepwell_kernel.codes import Role
from stepwell_medication.store.order_decisions import findings_of
from stepwell_medication.store.worklist import Asked
from stepwell_postgres.transaction import Transaction

OF_EPISODE = """
select order_id, medicine, state, protocol, daily_mg, take_home_days, rule_version, started_at, ended_at, end_reason
from medication_order
where episode_id = $1
order by started_at desc, order_id desc
"""

#: A task is done when its check is recorded. One without a check, the visit after a start, is done when the patient was
#: seen, which a check or a decision at least a day later tells.
TASKS = """
select f.finding_id as subject_id, f.code as kind, o.episode_id, f.due_at
from order_finding f join medication_order o using (order_id)
where o.facility_id = $1 and o.state = 'active' and f.due_at is not null and (f.check_code is null) = $2
      and not exists (select from clinical_check c
                      where c.patient_id = o.patient_id
                            and (c.check_code = f.check_code and c.recorded_at >= f.found_at
                                 or f.check_code is null and c.recorded_at >= f.found_at + interval '1 day'))
      and not (f.check_code is null
               and exists (select from order_decision d
                           where d.order_id = f.order_id and d.decided_at >= f.found_at + interval '1 day'))
      and ($3::timestamptz is null or f.due_at < $3) and (f.due_at, f.finding_id) > ($4, $5)
order by f.due_at, f.finding_id
limit $6
"""

#: Of a patient with several controlled medicines the first order stands for all.
MONITORING = """
select subject_id, episode_id, due_at
from (
    select distinct on (o.patient_id) o.order_id as subject_id, o.episode_id,
           coalesce(asked.answered_at, o.started_at) + make_interval(days => r.every_days) as due_at, r.told_days
    from medication_order o
         join medicine_rule m on m.medicine = o.medicine and m.schedule is not null
              and m.effective_from <= $2 and (m.effective_to is null or $2 < m.effective_to)
         cross join lateral (
             select every_days, told_days
             from monitoring_rule
             where effective_from <= $2 and (effective_to is null or $2 < effective_to)
             order by effective_from desc
             limit 1
         ) as r
         cross join lateral (
             select max(c.asked_at) as answered_at
             from monitoring_check c
             where c.patient_id = o.patient_id and c.answered
         ) as asked
    where o.facility_id = $1 and o.state = 'active'
    order by o.patient_id, o.started_at, o.order_id
) due
where due_at - make_interval(days => told_days) <= $3
      and ($4::timestamptz is null or due_at < $4) and (due_at, subject_id) > ($5, $6)
order by due_at, subject_id
limit $7
"""

#: What the newest list of other medicines said against an order, and no decision or injection has answered since.
INTERACTIONS = """
select f.finding_id as subject_id, o.order_id, o.episode_id, f.found_at as due_at,
       case when f.severity = 'HARD_STOP' then 'end'
            when exists (select from medicine_rule m where m.medicine = o.medicine and m.is_injected) then 'injections'
            else 'change' end as answer
from order_finding f join medication_order o using (order_id)
where o.facility_id = $1 and o.state = 'active' and f.severity in ('HARD_STOP', 'STOP_OVERRIDE')
      and f.list_id = (select l.list_id from medicine_list l
                       where l.patient_id = o.patient_id
                       order by l.listed_at desc, l.list_id desc limit 1)
      and not exists (select from order_decision d where d.order_id = f.order_id and d.decided_at > f.found_at)
      and not exists (select from injection i where i.order_id = f.order_id and i.given_at > f.found_at)
      and ($2::timestamptz is null or f.found_at < $2) and (f.found_at, f.finding_id) > ($3, $4)
order by f.found_at, f.finding_id
limit $5
"""


MONITOR = "POST /v1/episodes/{}/monitoring-checks"


async def orders_of(tx: Transaction, episode_id: UUID) -> tuple[EpisodeOrder, ...]:
    """The orders of an episode, the newest first, with what stands against them."""
    rows = await tx.connection.fetch(OF_EPISODE, episode_id)
    found: dict[UUID, list[FindingView]] = {row["order_id"]: [] for row in rows}
    for finding in await findings_of(tx, list(found)):
        found[finding["order_id"]].append(_finding(finding))
    return tuple(EpisodeOrder(**row, findings=tuple(found[row["order_id"]])) for row in rows)


async def checks_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Checks that are to be recorded after a start, for a nurse."""
    return await _tasks(tx, asked, Role.NURSE)


async def visits_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Visits after a start, for a prescriber."""
    return await _tasks(tx, asked, Role.PRESCRIBER)


async def monitoring_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Patients with a controlled medicine for whom the monitoring program is to be asked again, for a prescriber."""
    rows = await tx.connection.fetch(
        MONITORING, asked.facility_id, tx.now.date(), tx.now, asked.due_before, *asked.after, asked.most
    )
    return [_row(row, asked, "monitoring_check", Role.PRESCRIBER, MONITOR.format(row["episode_id"])) for row in rows]


async def interactions_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Interactions that would have stopped an order, found when other medicines were listed, for a prescriber."""
    rows = await tx.connection.fetch(INTERACTIONS, asked.facility_id, asked.due_before, *asked.after, asked.most)
    return [
        _row(row, asked, "interaction", Role.PRESCRIBER, f"POST /v1/orders/{row['order_id']}/{row['answer']}")
        for row in rows
    ]


async def _tasks(tx: Transaction, asked: Asked, role: Role) -> Sequence[WorklistRow]:
    is_visit = role is Role.PRESCRIBER
    rows = await tx.connection.fetch(TASKS, asked.facility_id, is_visit, asked.due_before, *asked.after, asked.most)
    return [_row(row, asked, row["kind"], role, f"POST /v1/episodes/{row['episode_id']}/checks") for row in rows]


def _row(row: asyncpg.Record, asked: Asked, kind: str, role: Role, command: str) -> WorklistRow:
    return WorklistRow(
        kind=kind,
        subject_id=row["subject_id"],
        episode_id=row["episode_id"],
        facility_id=asked.facility_id,
        role=role,
        due_at=row["due_at"],
        command=command,
    )


def _finding(row: asyncpg.Record) -> FindingView:
    return FindingView(
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        severity=row["severity"],
        is_high=row["is_high"],
        code=row["code"],
        other=row["other"],
        check=row["check_code"],
        due_at=row["due_at"],
    )
