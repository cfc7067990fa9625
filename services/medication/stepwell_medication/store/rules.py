"""Rules of orders in force on a day."""

from datetime import date
from decimal import Decimal

import asyncpg

from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Bug
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine, Protocol, Severity
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.gates import Amounts, Ask, OrderRule, Unless
from stepwell_medication.domain.medicines import MedicineRule
from stepwell_medication.domain.withdrawal import WithdrawalRule
from stepwell_postgres.transaction import Transaction

MEDICINE = """
select rule_id, version, schedule, is_injected, may_go_home, has_protocols
from medicine_rule
where medicine = $1 and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by effective_from desc
limit 1
"""

WITHDRAWAL = """
select rule_id, version, least_score, fresh_minutes
from withdrawal_rule
where medicine = $1 and last_opioid = $2 and effective_from <= $3 and (effective_to is null or $3 < effective_to)
order by effective_from desc
limit 1
"""

ORDER_RULES = """
select *
from (
    select distinct on (rule_id) *
    from order_rule
    where $1 = any(medicines) and $2 = any(decisions) and effective_from <= $3
          and (effective_to is null or $3 < effective_to)
    order by rule_id, effective_from desc
) in_force
order by place, rule_id
"""

MONITORING_DAYS = """
select every_days
from monitoring_rule
where effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by effective_from desc
limit 1
"""


async def medicine_rule(tx: Transaction, medicine: Medicine, day: date) -> MedicineRule:
    """The medicine; Bug (`rule_missing`) when it has no row: nothing is ordered without one."""
    row = await tx.connection.fetchrow(MEDICINE, medicine, day)
    if row is None:
        raise Bug("rule_missing", f"no rule of the medicine is in force for {medicine}")
    return MedicineRule(medicine=medicine, **row)


async def withdrawal_rule(tx: Transaction, medicine: Medicine, last_opioid: LastOpioid, day: date) -> WithdrawalRule:
    """The withdrawal gate; Bug (`rule_missing`) when none is in force: nothing starts without one."""
    row = await tx.connection.fetchrow(WITHDRAWAL, medicine, last_opioid, day)
    if row is None:
        raise Bug("rule_missing", f"no withdrawal rule is in force for {medicine} after {last_opioid}")
    return WithdrawalRule(row["rule_id"], row["version"], row["least_score"], row["fresh_minutes"])


async def order_rules(tx: Transaction, medicine: Medicine, decision: Decision, day: date) -> tuple[OrderRule, ...]:
    """What is asked of a decision about the medicine, in the order of the rows."""
    return tuple(_order_rule(row) for row in await tx.connection.fetch(ORDER_RULES, medicine, decision, day))


async def monitoring_days(tx: Transaction, day: date) -> int:
    """After how many days the monitoring program is asked again; Bug (`rule_missing`)."""
    days: int | None = await tx.connection.fetchval(MONITORING_DAYS, day)
    if days is None:
        raise Bug("rule_missing", f"no rule of the monitoring program is in force on {day.isoformat()}")
    return days


def _order_rule(row: asyncpg.Record) -> OrderRule:
    return OrderRule(
        rule_id=row["rule_id"],
        version=row["version"],
        asks=Ask(row["asks"]),
        severity=Severity(row["severity"]),
        code=row["code"],
        check=ClinicalCheck(row["check_code"]) if row["check_code"] else None,
        codes=frozenset(row["codes"]),
        amounts=_amounts(row["amounts"]),
        within_hours=row["within_hours"],
        protocols=frozenset(Protocol) if row["protocols"] is None else frozenset(map(Protocol, row["protocols"])),
        unless=_unless(row),
        override_role=Role(row["override_role"]),
        due_hours=row["due_hours"],
    )


def _amounts(found: "asyncpg.Range[Decimal] | None") -> Amounts | None:
    if found is None:
        return None
    return Amounts(found.lower, found.upper, found.lower_inc, found.upper_inc)


def _unless(row: asyncpg.Record) -> Unless | None:
    if row["unless_check"] is None:
        return None
    return Unless(ClinicalCheck(row["unless_check"]), frozenset(row["unless_codes"]), row["unless_hours"])
