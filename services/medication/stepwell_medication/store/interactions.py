"""Pairs of classes that do not go together, and the classes of substances."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from stepwell_kernel.medication_codes import Protocol, Severity
from stepwell_medication.domain.interactions import InteractionRule, Taken
from stepwell_postgres.transaction import Transaction

RULES = """
select *
from (
    select distinct on (rule_id) rule_id, version, place, first_class, second_class, severity, is_high, code,
           except_protocols, lower(days_after) as least_days, upper(days_after) - 1 as most_days
    from interaction_rule
    where effective_from <= $1 and (effective_to is null or $1 < effective_to)
    order by rule_id, effective_from desc
) in_force
order by place, rule_id
"""

CLASSES = """
select substance, array_agg(distinct class) as classes
from medicine_class
where substance = any($1) and effective_from <= $2 and (effective_to is null or $2 < effective_to)
group by substance
"""

DEPOTS = """
select o.medicine, greatest($2::date - max(i.given_on), 0) as days
from injection i join medication_order o using (order_id)
where o.patient_id = $1 and o.state = 'ended'
group by o.medicine
"""


async def interaction_rules(tx: Transaction, day: date) -> tuple[InteractionRule, ...]:
    """Every pair, in the order of the rows."""
    return tuple(
        InteractionRule(
            rule_id=row["rule_id"],
            version=row["version"],
            first=row["first_class"],
            second=row["second_class"],
            severity=Severity(row["severity"]),
            code=row["code"],
            is_high=row["is_high"],
            except_protocols=frozenset(map(Protocol, row["except_protocols"])),
            least_days=row["least_days"],
            most_days=row["most_days"],
        )
        for row in await tx.connection.fetch(RULES, day)
    )


async def classes_of(tx: Transaction, substances: Sequence[str], day: date) -> Mapping[str, frozenset[str]]:
    """The classes of the substances that are known; the others are absent."""
    rows = await tx.connection.fetch(CLASSES, list(substances), day)
    return {row["substance"]: frozenset(row["classes"]) for row in rows}


async def taken(tx: Transaction, substances: Sequence[str], day: date) -> tuple[Taken, ...]:
    """The substances with their classes; one that is unknown has none."""
    classes = await classes_of(tx, substances, day)
    return tuple(Taken(code, classes.get(code, frozenset())) for code in substances)


async def waning_depots(tx: Transaction, patient_id: UUID, day: date) -> tuple[Taken, ...]:
    """Injected medicines that were ordered before and may act on, with the days since the last injection."""
    days = {row["medicine"]: row["days"] for row in await tx.connection.fetch(DEPOTS, patient_id, day)}
    classes = await classes_of(tx, list(days), day)
    return tuple(Taken(code, classes.get(code, frozenset()), since) for code, since in days.items())
