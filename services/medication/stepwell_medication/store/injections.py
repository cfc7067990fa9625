"""Injections that were given, and those that orders wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_contracts.http.common import WorklistRow
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import BodySide, InjectionSite, InjectionTiming
from stepwell_medication.domain.findings import Finding
from stepwell_medication.domain.injection_plan import Window
from stepwell_medication.domain.injections import Injection
from stepwell_medication.store.orders import Order
from stepwell_medication.store.worklist import Asked
from stepwell_postgres.transaction import Transaction

COLUMNS = """injection_id, order_id, medicine, dose_number, starts, amount_mg, site, side, given_on, given_at,
    counts_from, timing, opens_on, next_due_on, late_after"""

#: The last injection of each medicine, whatever order it was given under.
LAST = f"""
select distinct on (medicine) {COLUMNS}
from injection
where patient_id = $1
order by medicine, given_at desc, dose_number desc
"""

OF_ORDER = f"select {COLUMNS} from injection where order_id = $1 order by given_at, dose_number"

INSERT = """
insert into injection (injection_id, tenant_id, order_id, patient_id, medicine, dose_number, starts, amount_mg, site,
                       side, given_on, given_at, given_by, counts_from, timing, opens_on, next_due_on, late_after,
                       proven_at, rule_version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""

INSERT_FINDING = """
insert into injection_finding (injection_id, rule_id, rule_version, tenant_id, code, other, severity, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

EXPECT = """
insert into injection_due (order_id, tenant_id, visit_id, opens_at, due_on, due_at, late_after, extra, rule_version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

EXPECTED = """
select order_id, visit_id, opens_at, due_on, late_after, extra, rule_version, overdue_at
from injection_due
where order_id = $1
"""

FORGET = "delete from injection_due where order_id = $1 returning visit_id"

PASSED = "update injection_due set overdue_at = $2 where order_id = $1"

#: With $2 only what is late, else all that can be given now.
WAITING = """
select order_id, episode_id, due_at, overdue_at is not null as is_overdue
from injection_due
join medication_order using (order_id)
where facility_id = $1 and state = 'active' and case when $2 then overdue_at is not null else opens_at <= $3 end
      and ($4::timestamptz is null or due_at < $4) and (due_at, order_id) > ($5, $6)
order by due_at, order_id
limit $7
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """The injection that an order waits for; `visit_id` names it in the visit that it needs."""

    order_id: UUID
    visit_id: UUID
    window: Window
    rule_version: str
    overdue_at: datetime | None


def _injection(row: asyncpg.Record) -> Injection:
    codes = {
        "site": InjectionSite(row["site"]),
        "side": BodySide(row["side"]),
        "timing": InjectionTiming(row["timing"]),
    }
    return Injection(**(dict(row) | codes))


async def last_injections(tx: Transaction, patient_id: UUID) -> Sequence[Injection]:
    """The last injection of each medicine that the patient had."""
    return [_injection(row) for row in await tx.connection.fetch(LAST, patient_id)]


async def injections_of(tx: Transaction, order_id: UUID) -> Sequence[Injection]:
    """The injections of an order, by time."""
    return [_injection(row) for row in await tx.connection.fetch(OF_ORDER, order_id)]


async def insert_injection(
    tx: Transaction,
    injection: Injection,
    *,
    patient_id: UUID,
    given_by: UUID,
    proven_at: datetime | None,
    rule_version: str,
) -> None:
    """Store an injection; it is never changed."""
    await tx.connection.execute(
        INSERT,
        injection.injection_id,
        tx.tenant,
        injection.order_id,
        patient_id,
        injection.medicine,
        injection.dose_number,
        injection.starts,
        injection.amount_mg,
        injection.site,
        injection.side,
        injection.given_on,
        injection.given_at,
        given_by,
        injection.counts_from,
        injection.timing,
        injection.opens_on,
        injection.next_due_on,
        injection.late_after,
        proven_at,
        rule_version,
    )


async def insert_finding(tx: Transaction, injection_id: UUID, finding: Finding, reason: str | None) -> None:
    """Store what was found about an injection, with the reason of whoever overrode it."""
    await tx.connection.execute(
        INSERT_FINDING,
        injection_id,
        finding.rule_id,
        finding.version,
        tx.tenant,
        finding.code,
        finding.other or "",
        finding.severity,
        reason,
    )


async def expect_injection(
    tx: Transaction, order: Order, visit_id: UUID, window: Window, due_at: datetime, rule_version: str
) -> None:
    """Have the order wait for an injection, due by the end of its day."""
    await tx.connection.execute(
        EXPECT,
        order.order_id,
        tx.tenant,
        visit_id,
        window.opens_at,
        window.due_on,
        due_at,
        window.late_after,
        window.extra,
        rule_version,
    )


async def expected_injection(tx: Transaction, order_id: UUID) -> Expected | None:
    """The injection that the order waits for, if it waits for one."""
    row = await tx.connection.fetchrow(EXPECTED, order_id)
    if row is None:
        return None
    window = Window(row["opens_at"], row["due_on"], row["late_after"], row["extra"])
    return Expected(row["order_id"], row["visit_id"], window, row["rule_version"], row["overdue_at"])


async def forget_expected(tx: Transaction, order_id: UUID) -> UUID | None:
    """Let the order wait no more; the id of the visit that the injection would have had."""
    visit_id: UUID | None = await tx.connection.fetchval(FORGET, order_id)
    return visit_id


async def mark_overdue(tx: Transaction, order_id: UUID) -> None:
    """The window of the injection that the order waits for has passed."""
    await tx.connection.execute(PASSED, order_id, tx.now)


async def injections_waiting(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Injections for a nurse to give, from the opening of their window on."""
    return await _waiting(tx, asked, Role.NURSE)


async def injections_late(tx: Transaction, asked: Asked) -> Sequence[WorklistRow]:
    """Injections whose window has passed, for a prescriber to review."""
    return await _waiting(tx, asked, Role.PRESCRIBER)


async def _waiting(tx: Transaction, asked: Asked, role: Role) -> Sequence[WorklistRow]:
    only_late = role is Role.PRESCRIBER
    rows = await tx.connection.fetch(
        WAITING, asked.facility_id, only_late, tx.now, asked.due_before, *asked.after, asked.most
    )
    return [
        WorklistRow(
            kind="injection_overdue" if row["is_overdue"] else "injection_due",
            subject_id=row["order_id"],
            episode_id=row["episode_id"],
            facility_id=asked.facility_id,
            role=role,
            due_at=row["due_at"],
            command=f"POST /v1/orders/{row['order_id']}/injections",
        )
        for row in rows
    ]
