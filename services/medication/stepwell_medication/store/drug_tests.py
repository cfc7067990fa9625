"""Drug tests, their results, and what an episode takes that shows in them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from stepwell_contracts.http.common import WorklistRow
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import NotFound
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestReason, DrugTestResult, NotCollected
from stepwell_medication.domain.drug_tests import OPIOID_ANALYTES, DrugTest
from stepwell_medication.domain.facts import Check
from stepwell_medication.domain.specimens import PRECEDENCE
from stepwell_medication.store.worklist import Asked
from stepwell_postgres.transaction import Transaction

COLUMNS = """test_id, facility_id, episode_id, patient_id, reason, day, call_in_by, draw_id, confirms, state,
    not_collected, collected_at, result"""

INSERT = """
insert into drug_test (test_id, tenant_id, facility_id, episode_id, patient_id, reason, day, call_in_by, draw_id,
                       confirms, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'selected')
"""

FIND = f"select {COLUMNS} from drug_test where test_id = $1"

OF_EPISODE = f"select {COLUMNS} from drug_test where episode_id = $1 order by day, test_id"

TO_COLLECT = """
select test_id, episode_id, facility_id, call_in_by from drug_test
where facility_id = $1 and state = 'selected' and ($2::timestamptz is null or call_in_by < $2)
      and (call_in_by, test_id) > ($3, $4)
order by call_in_by, test_id
limit $5
"""

COLLECTED = """
update drug_test set state = 'collected', collected_at = $2, collected_by = $3, temperature_f = $4, observed = $5
where test_id = $1
"""

NOT_COLLECTED = "update drug_test set state = 'not_collected', not_collected = $2 where test_id = $1"

TEMPERATURE = "select temperature_f from drug_test where test_id = $1"

RESULTED = "update drug_test set state = 'resulted', result = $2 where test_id = $1"

INSERT_RESULT = """
insert into drug_test_result (result_id, tenant_id, test_id, is_definitive, panel, measures, result, rule_version,
                              recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

PRESCRIBED = """
select distinct r.analyte, r.rule_id, r.version
from medication_order o
join expected_analyte_rule r on r.medicine = o.medicine
where o.patient_id = $1 and o.started_at <= $2::timestamptz - r.after_days * interval '1 day'
      and (o.ended_at is null or o.ended_at > $2)
      and r.effective_from <= $3 and (r.effective_to is null or $3 < r.effective_to)
"""

MAY_SHOW = """
select r.analyte,
       max(least(coalesce(o.ended_at, $2), $2) + make_interval(hours => coalesce(r.most_hours, d.most_hours))) as until
from medication_order o
join expected_analyte_rule r on r.medicine = o.medicine
join detection_rule d on d.analyte = r.analyte
where o.patient_id = $1 and o.started_at <= $2
      and r.effective_from <= $3 and (r.effective_to is null or $3 < r.effective_to)
      and d.effective_from <= $3 and (d.effective_to is null or $3 < d.effective_to)
group by r.analyte
"""

#: The newest reading of each analyte: a definitive one stands for its test, and a specimen that cannot be relied on
#: proves presence only.
OPIOIDS = """
select result_id, collected_at, positive
from (
    select distinct on (told.analyte) told.analyte, told.positive = 'true' as positive, r.result_id, t.collected_at
    from drug_test t
    join drug_test_result r using (test_id)
    cross join lateral jsonb_each_text(r.panel) as told (analyte, positive)
    where t.patient_id = $1 and told.analyte = any($2) and (told.positive = 'true' or r.result <> all($3))
    order by told.analyte, t.collected_at desc, t.test_id, r.is_definitive desc, r.recorded_at desc
) newest
order by positive desc, collected_at desc, result_id desc
limit 1
"""


def _test(row: asyncpg.Record) -> DrugTest:
    codes = {
        "reason": DrugTestReason(row["reason"]),
        "not_collected": NotCollected(row["not_collected"]) if row["not_collected"] else None,
        "result": DrugTestResult(row["result"]) if row["result"] else None,
    }
    return DrugTest(**(dict(row) | codes))


async def insert_test(tx: Transaction, test: DrugTest) -> None:
    """Store a test that waits for its specimen."""
    await tx.connection.execute(
        INSERT,
        test.test_id,
        tx.tenant,
        test.facility_id,
        test.episode_id,
        test.patient_id,
        test.reason,
        test.day,
        test.call_in_by,
        test.draw_id,
        test.confirms,
    )


async def find_test(tx: Transaction, test_id: UUID) -> DrugTest:
    """The test, or NotFound."""
    row = await tx.connection.fetchrow(FIND, test_id)
    if row is None:
        raise NotFound("drug_test_not_found", "there is no such drug test")
    return _test(row)


async def tests_of_episode(tx: Transaction, episode_id: UUID) -> Sequence[DrugTest]:
    """All tests of an episode, by day."""
    return [_test(row) for row in await tx.connection.fetch(OF_EPISODE, episode_id)]


async def tests_to_collect(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Tests that wait for a specimen, by the end of their call-in window; for nurses."""
    found = await tx.connection.fetch(TO_COLLECT, asked.facility_id, asked.due_before, *asked.after, asked.most)
    return [
        WorklistRow(
            kind="drug_test",
            subject_id=row["test_id"],
            episode_id=row["episode_id"],
            facility_id=row["facility_id"],
            role=Role.NURSE,
            due_at=row["call_in_by"],
            command=f"POST /v1/drug-tests/{row['test_id']}/collection",
        )
        for row in found
    ]


async def collected(
    tx: Transaction, test_id: UUID, collected_by: UUID, temperature_f: Decimal | None, *, observed: bool
) -> None:
    """A specimen was taken now."""
    await tx.connection.execute(COLLECTED, test_id, tx.now, collected_by, temperature_f, observed)


async def not_collected(tx: Transaction, test_id: UUID, reason: NotCollected) -> None:
    """No specimen will come."""
    await tx.connection.execute(NOT_COLLECTED, test_id, reason)


async def temperature_of(tx: Transaction, test_id: UUID) -> Decimal | None:
    """The temperature of the specimen, if it was taken."""
    temperature: Decimal | None = await tx.connection.fetchval(TEMPERATURE, test_id)
    return temperature


async def resulted(
    tx: Transaction,
    test_id: UUID,
    result: DrugTestResult,
    *,
    is_definitive: bool,
    panel: Mapping[str, bool],
    measures: Mapping[str, Decimal],
    rule_version: str,
    recorded_by: UUID,
) -> None:
    """Store what the laboratory told, and how it was judged."""
    told: dict[str, Any] = {measure: str(value) for measure, value in measures.items()}
    await tx.connection.execute(RESULTED, test_id, result)
    await tx.connection.execute(
        INSERT_RESULT,
        new_id(),
        tx.tenant,
        test_id,
        is_definitive,
        dict(panel),
        told,
        result,
        rule_version,
        recorded_by,
        tx.now,
    )


async def prescribed_analytes(tx: Transaction, patient_id: UUID, at: datetime, day: date) -> Mapping[str, str]:
    """What shows at an instant since a medicine is taken, with the rule that says so."""
    rows = await tx.connection.fetch(PRESCRIBED, patient_id, at, day)
    return {row["analyte"]: f"{row['rule_id']}@{row['version']}" for row in rows}


async def ordered_analytes(tx: Transaction, patient_id: UUID, at: datetime, day: date) -> Mapping[str, datetime]:
    """What may show at an instant of medicines ordered by then, and until when: one is taken until its order ends."""
    rows = await tx.connection.fetch(MAY_SHOW, patient_id, at, day)
    return {row["analyte"]: row["until"] for row in rows}


async def opioid_reading(tx: Transaction, patient_id: UUID) -> tuple[UUID, Check] | None:
    """What the drug tests say of opioids as a check, with the id of its result; positive while one still shows."""
    row = await tx.connection.fetchrow(OPIOIDS, patient_id, sorted(OPIOID_ANALYTES), sorted(PRECEDENCE))
    if row is None:
        return None
    return row["result_id"], Check(row["collected_at"], result="positive" if row["positive"] else "negative")


def shown(test: DrugTest) -> dict[str, Any]:
    """The fields of a test as its view has them."""
    return {name: value for name, value in asdict(test).items() if name not in {"facility_id", "patient_id"}}
