"""Rules of drug tests in force on a day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Bug
from stepwell_kernel.medication_codes import DrugTestResult
from stepwell_medication.domain.draws import DrawRule
from stepwell_medication.domain.drug_tests import CallInRule
from stepwell_medication.domain.specimens import SpecimenRule
from stepwell_postgres.transaction import Transaction

DRAWS = """
select rule_id, version, phase, from_week, to_week, tests_per_week, least_gap_days, most_gap_days, weekdays
from draw_rule
where jurisdiction in ($1, 'US') and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by jurisdiction = 'US', phase, from_week
"""

CALL_IN = """
select rule_id, version, hours from call_in_rule
where jurisdiction in ($1, 'US') and effective_from <= $2 and (effective_to is null or $2 < effective_to)
order by jurisdiction = 'US', effective_from desc
limit 1
"""

SPECIMENS = """
select rule_id, version, verdict, alternative, measure, more_than, at_least, less_than, at_most
from specimen_rule
where effective_from <= $1 and (effective_to is null or $1 < effective_to)
order by rule_id, alternative, measure
"""

WINDOWS = """
select analyte, version, most_hours from detection_rule
where effective_from <= $1 and (effective_to is null or $1 < effective_to)
"""


async def draw_rules(tx: Transaction, jurisdiction: str, day: date) -> Sequence[DrawRule]:
    """How often tests are drawn; a state's rows go before the country's. Bug (`rule_missing`) when there are none."""
    rows = await tx.connection.fetch(DRAWS, jurisdiction, day)
    if not rows:
        raise Bug("rule_missing", "no rule for drawing tests is in force")
    return [
        DrawRule(**(dict(row) | {"phase": Phase(row["phase"]), "weekdays": frozenset(row["weekdays"])})) for row in rows
    ]


async def call_in_rule(tx: Transaction, jurisdiction: str, day: date) -> CallInRule:
    """Within what time of the call a specimen must be given; Bug (`rule_missing`) when no rule says it."""
    row = await tx.connection.fetchrow(CALL_IN, jurisdiction, day)
    if row is None:
        raise Bug("rule_missing", "no rule for the call-in window is in force")
    return CallInRule(f"{row['rule_id']}@{row['version']}", timedelta(hours=row["hours"]))


async def specimen_rules(tx: Transaction, day: date) -> Sequence[SpecimenRule]:
    """What makes a specimen doubtful."""
    rows = await tx.connection.fetch(SPECIMENS, day)
    return [SpecimenRule(**(dict(row) | {"verdict": DrugTestResult(row["verdict"])})) for row in rows]


async def detection_windows(tx: Transaction, day: date) -> Mapping[str, timedelta]:
    """For how long each analyte may show after its last use."""
    rows = await tx.connection.fetch(WINDOWS, day)
    return {row["analyte"]: timedelta(hours=row["most_hours"]) for row in rows}
