"""Checks, queries of the monitoring program, and lists of other medicines; of a patient the newest holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_kernel.medication_codes import ClinicalCheck
from stepwell_medication.domain.facts import Check
from stepwell_postgres.transaction import Transaction

INSERT_CHECK = """
insert into clinical_check (check_id, tenant_id, episode_id, patient_id, check_code, amount, result, since, taken_at,
                            recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

NEWEST_CHECKS = """
select distinct on (check_code) check_id, check_code, amount, result, since, taken_at
from clinical_check
where patient_id = $1
order by check_code, taken_at desc, check_id desc
"""

CHECKS_OF = """
select check_id, check_code, amount, result, since, taken_at, recorded_by
from clinical_check
where episode_id = $1
order by taken_at desc, check_id desc
limit $2
"""

INSERT_MONITORING = """
insert into monitoring_check (check_id, tenant_id, episode_id, patient_id, answered, summary, asked_at, checked_by,
                              noted_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

MONITORING = """
select max(asked_at) as asked_at, max(asked_at) filter (where answered) as answered_at
from monitoring_check
where patient_id = $1
"""

INSERT_LIST = """
insert into medicine_list (list_id, tenant_id, episode_id, patient_id, substances, listed_by, listed_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""

NEWEST_LIST = """
select list_id, substances, listed_at
from medicine_list
where patient_id = $1
order by listed_at desc, list_id desc
limit 1
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a record is about, and in which episode it was made."""

    episode_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class Monitored:
    """When the monitoring program was asked last, and when it answered last."""

    asked_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class MedicineList:
    """What else a patient takes, by substance."""

    list_id: UUID
    substances: tuple[str, ...]
    listed_at: datetime


async def insert_check(
    tx: Transaction, check_id: UUID, subject: Subject, code: ClinicalCheck, check: Check, recorded_by: UUID
) -> None:
    """Store a check."""
    await tx.connection.execute(
        INSERT_CHECK,
        check_id,
        tx.tenant,
        subject.episode_id,
        subject.patient_id,
        code,
        check.amount,
        check.result,
        check.since,
        check.taken_at,
        recorded_by,
        tx.now,
    )


async def newest_checks(tx: Transaction, patient_id: UUID) -> dict[ClinicalCheck, tuple[UUID, Check]]:
    """The newest check of each kind with its id."""
    return {
        ClinicalCheck(row["check_code"]): (
            row["check_id"],
            Check(row["taken_at"], row["amount"], row["result"], row["since"]),
        )
        for row in await tx.connection.fetch(NEWEST_CHECKS, patient_id)
    }


async def checks_of(tx: Transaction, episode_id: UUID, most: int) -> Sequence[asyncpg.Record]:
    """The checks of an episode, the newest first."""
    return await tx.connection.fetch(CHECKS_OF, episode_id, most)


async def insert_monitoring(
    tx: Transaction, check_id: UUID, subject: Subject, asked_at: datetime, summary: str | None, checked_by: UUID
) -> None:
    """Store a query of the monitoring program; one without an answer has no summary."""
    await tx.connection.execute(
        INSERT_MONITORING,
        check_id,
        tx.tenant,
        subject.episode_id,
        subject.patient_id,
        summary is not None,
        summary,
        asked_at,
        checked_by,
        tx.now,
    )


async def monitored(tx: Transaction, patient_id: UUID) -> Monitored:
    """When the program was asked and answered last."""
    row = await tx.connection.fetchrow(MONITORING, patient_id)
    return Monitored(row["asked_at"], row["answered_at"]) if row else Monitored(None, None)


async def insert_list(
    tx: Transaction, list_id: UUID, subject: Subject, substances: Sequence[str], listed_by: UUID
) -> None:
    """Store what else the patient takes; the former list is history."""
    await tx.connection.execute(
        INSERT_LIST,
        list_id,
        tx.tenant,
        subject.episode_id,
        subject.patient_id,
        list(substances),
        listed_by,
        tx.now,
    )


async def newest_list(tx: Transaction, patient_id: UUID) -> MedicineList | None:
    """What else the patient takes; None where nobody listed it."""
    row = await tx.connection.fetchrow(NEWEST_LIST, patient_id)
    return MedicineList(row["list_id"], tuple(row["substances"]), row["listed_at"]) if row else None
