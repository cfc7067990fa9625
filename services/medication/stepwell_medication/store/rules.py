"""Rules in force on a day."""

from datetime import date

from stepwell_kernel.errors import Bug
from stepwell_medication.domain.doses import DayCap
from stepwell_medication.domain.withdrawal import WithdrawalRule
from stepwell_postgres.transaction import Transaction

WITHDRAWAL = """
select rule_id, version, least_score, fresh_minutes
from withdrawal_rule
where medicine = $1 and last_opioid = $2 and effective_from <= $3 and (effective_to is null or $3 < effective_to)
order by effective_from desc
limit 1
"""

DAY_CAP = """
select rule_id, version, most_mg
from day_cap_rule
where medicine = $1 and treatment_day = $2 and effective_from <= $3 and (effective_to is null or $3 < effective_to)
order by effective_from desc
limit 1
"""


async def withdrawal_rule(tx: Transaction, medicine: str, last_opioid: str, day: date) -> WithdrawalRule:
    """The withdrawal gate; Bug (`rule_missing`) when none is in force: nothing starts without one."""
    row = await tx.connection.fetchrow(WITHDRAWAL, medicine, last_opioid, day)
    if row is None:
        raise Bug("rule_missing", f"no withdrawal rule is in force for {medicine} after {last_opioid}")
    return WithdrawalRule(row["rule_id"], row["version"], row["least_score"], row["fresh_minutes"])


async def day_cap(tx: Transaction, medicine: str, treatment_day: int, day: date) -> DayCap | None:
    """The cap of a day of treatment, if there is one."""
    row = await tx.connection.fetchrow(DAY_CAP, medicine, treatment_day, day)
    return None if row is None else DayCap(row["rule_id"], row["version"], row["most_mg"])
