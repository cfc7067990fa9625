"""Rules of dosing in force on a day."""

from collections.abc import Sequence
from datetime import date

from stepwell_kernel.errors import Bug, Conflict
from stepwell_kernel.medication_codes import MissedDoseStep
from stepwell_medication.domain.doses import DoseLimit, DosingRule, Span
from stepwell_medication.domain.missed import FollowUp, MissedRule
from stepwell_medication.domain.take_home import Ceiling, TakeHomeRule
from stepwell_postgres.transaction import Transaction

DOSING = """
select r.rule_id, r.version, r.observed_days, r.needs_daily_mg,
       array(select distinct s.medicine from dosing_rule s where s.substance = r.substance) as medicines
from dosing_rule r
where r.medicine = $1 and r.effective_from <= $2 and (r.effective_to is null or $2 < r.effective_to)
order by r.effective_from desc
limit 1
"""

LIMITS = """
select distinct on (rule_id) rule_id, version, span, most_mg, above_day_before_mg,
       severity = 'STOP_OVERRIDE' as may_override, override_mg
from dose_limit_rule
where medicine = $1 and protocol = $2 and ($3::integer is null or treatment_day = $3)
      and effective_from <= $4 and (effective_to is null or $4 < effective_to)
order by rule_id, effective_from desc, may_override desc
"""

MISSED = """
select rule_id, version, returned_to_opioids, days_from, days_to, step, percent, most_mg
from missed_dose_rule
where medicine = $1 and protocol = $2 and effective_from <= $3 and (effective_to is null or $3 < effective_to)
order by returned_to_opioids, days_from
"""

FOLLOW_UP = """
select rule_id, version, told_after_minutes, visit_minutes, visit_within_days, rebuild_days
from missed_day_rule
where effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by effective_from desc
limit 1
"""

TAKE_HOME = """
select rule_id, version, considerations, weekend_days
from take_home_rule
where medicine = $1 and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by effective_from desc
limit 1
"""

CEILINGS = """
select rule_id, version, most_days, per_days
from take_home_ceiling_rule
where medicine = $1 and jurisdiction in ('US', $2) and from_day <= $3 and (to_day is null or $3 <= to_day)
      and effective_from <= $4 and (effective_to is null or $4 < effective_to)
order by jurisdiction
"""


async def dosing_rule(tx: Transaction, medicine: str, day: date) -> DosingRule:
    """How the medicine is dosed; Conflict (`not_taken_by_mouth`) for one that is given otherwise."""
    row = await tx.connection.fetchrow(DOSING, medicine, day)
    if row is None:
        raise Conflict("not_taken_by_mouth", f"{medicine} is given by injection", rule="dosing.observation")
    return DosingRule(
        row["rule_id"], row["version"], tuple(row["medicines"]), row["observed_days"], row["needs_daily_mg"]
    )


async def dose_limits(
    tx: Transaction, medicine: str, protocol: str, treatment_day: int | None, day: date
) -> Sequence[DoseLimit]:
    """The limits of a day of treatment, or those of any day, of one rule the day on which it may be overridden."""
    rows = await tx.connection.fetch(LIMITS, medicine, protocol, treatment_day, day)
    return tuple(DoseLimit(**(dict(row) | {"span": Span(row["span"])})) for row in rows)


async def missed_rules(tx: Transaction, medicine: str, protocol: str, day: date) -> Sequence[MissedRule]:
    """What missed days ask for; nothing for a medicine that no row speaks of."""
    rows = await tx.connection.fetch(MISSED, medicine, protocol, day)
    return tuple(MissedRule(**(dict(row) | {"step": MissedDoseStep(row["step"])})) for row in rows)


async def follow_up_rule(tx: Transaction, day: date) -> FollowUp:
    """What follows on missed days; Bug (`rule_missing`) when none is in force."""
    row = await tx.connection.fetchrow(FOLLOW_UP, day)
    if row is None:
        raise Bug("rule_missing", "no rule of the follow-up on missed doses is in force")
    return FollowUp(**row)


async def take_home_rule(tx: Transaction, medicine: str, day: date) -> TakeHomeRule | None:
    """What is considered before take-homes of a medicine, if anything is."""
    row = await tx.connection.fetchrow(TAKE_HOME, medicine, day)
    if row is None:
        return None
    return TakeHomeRule(row["rule_id"], row["version"], frozenset(row["considerations"]), row["weekend_days"])


async def ceilings(
    tx: Transaction, medicine: str, jurisdiction: str, treatment_day: int, day: date
) -> Sequence[Ceiling]:
    """The ceilings of a day of treatment, of the nation and of the state."""
    rows = await tx.connection.fetch(CEILINGS, medicine, jurisdiction, treatment_day, day)
    return tuple(Ceiling(**row) for row in rows)
