"""Drug tests, their results, and what an episode takes that shows in them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import NotFound
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestReason, DrugTestResult, NotCollected
from stepwell_medication.domain.drug_tests import DrugTest
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

TO_COLLECT = f"""
select {COLUMNS} from drug_test
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
where o.patient_id = $1 and o.state = 'active' and o.started_at <= $2::timestamptz - r.after_days * interval '1 day'
      and r.effective_from <= $3 and (r.effective_to is null or $3 < r.effective_to)
"""

FORMERLY = """
select r.analyte, max(coalesce(o.ended_at, $2)) as last_used_at
from medication_order o
join expected_analyte_rule r on r.medicine = o.medicine
where o.patient_id = $1 and r.effective_from <= $3 and (r.effective_to is null or $3 < r.effective_to)
group by r.analyte
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


async def tests_to_collect(
    tx: Transaction, facility_id: UUID, due_before: datetime | None, after: tuple[datetime, UUID], most: int
) -> Sequence[DrugTest]:
    """Tests of a facility that wait for a specimen, after a position, by the end of their call-in window."""
    return [_test(row) for row in await tx.connection.fetch(TO_COLLECT, facility_id, due_before, *after, most)]


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
    """What shows since a medicine is taken, with the rule that says so."""
    rows = await tx.connection.fetch(PRESCRIBED, patient_id, at, day)
    return {row["analyte"]: f"{row['rule_id']}@{row['version']}" for row in rows}


async def formerly_prescribed(tx: Transaction, patient_id: UUID, at: datetime, day: date) -> Mapping[str, datetime]:
    """What may still show of medicines that were ordered, with the end of the last order, or the instant itself."""
    rows = await tx.connection.fetch(FORMERLY, patient_id, at, day)
    return {row["analyte"]: row["last_used_at"] for row in rows}


def shown(test: DrugTest) -> dict[str, Any]:
    """The fields of a test as its view has them."""
    return {name: value for name, value in asdict(test).items() if name not in {"facility_id", "patient_id"}}
