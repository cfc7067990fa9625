"""Rules of injections in force on a day."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from stepwell_kernel.errors import Bug
from stepwell_kernel.medication_codes import InjectionSite, Severity
from stepwell_medication.domain.injection_plan import VisitRule
from stepwell_medication.domain.injections import (
    FindingRule,
    InjectionRules,
    SiteRule,
    StartRule,
    StrengthRule,
    WindowRule,
)
from stepwell_postgres.transaction import Transaction

IN_FORCE = "effective_from <= $2 and (effective_to is null or $2 < effective_to)"

WINDOW = f"""
select rule_id, version, earliest_days, opens_days, target_days, on_time_until_days, late_until_days, proof_hours
from injection_window_rule
where medicine = $1 and {IN_FORCE}
order by effective_from desc
limit 1
"""

START = f"""
select rule_id, version, first_mg, second_mg, earliest_days, earliest_hours, target_days, within_days, extra
from injection_start_rule
where medicine = $1 and {IN_FORCE}
order by effective_from desc
limit 1
"""

STRENGTHS = f"select amount_mg, from_dose from injection_strength_rule where medicine = $1 and {IN_FORCE}"

SITES = f"select site, from_dose from injection_site_rule where medicine = $1 and {IN_FORCE}"

FINDINGS = f"""
select rule_id, version, code, severity
from injection_finding_rule
where (medicine = $1 or medicine is null) and {IN_FORCE}
order by effective_from
"""

VISIT = f"""
select rule_id, version, ahead_days, minutes, at_once_days
from injection_visit_rule
where medicine = $1 and {IN_FORCE}
order by effective_from desc
limit 1
"""


async def injection_rules(tx: Transaction, medicine: str, day: date) -> InjectionRules | None:
    """The rules of a medicine; None when it is none that is injected."""
    window = await tx.connection.fetchrow(WINDOW, medicine, day)
    if window is None:
        return None
    start = await tx.connection.fetchrow(START, medicine, day)
    sites = await tx.connection.fetch(SITES, medicine, day)
    findings = await tx.connection.fetch(FINDINGS, medicine, day)
    return InjectionRules(
        window=WindowRule(**window),
        start=None if start is None else _start(start),
        strengths=await strength_rules(tx, medicine, day),
        sites=tuple(SiteRule(InjectionSite(row["site"]), row["from_dose"]) for row in sites),
        findings={
            row["code"]: FindingRule(row["rule_id"], row["version"], row["code"], Severity(row["severity"]))
            for row in findings
        },
    )


async def strength_rules(tx: Transaction, medicine: str, day: date) -> Sequence[StrengthRule]:
    """The strengths of a medicine that is injected; none for the others."""
    return tuple(StrengthRule(**row) for row in await tx.connection.fetch(STRENGTHS, medicine, day))


async def visit_rule(tx: Transaction, medicine: str, day: date) -> VisitRule:
    """When a visit is asked for; Bug (`rule_missing`) when nothing is in force."""
    row = await tx.connection.fetchrow(VISIT, medicine, day)
    if row is None:
        raise Bug("rule_missing", f"no rule says when visits for {medicine} are asked for")
    return VisitRule(**row)


def _start(row: asyncpg.Record) -> StartRule:
    return StartRule(**(dict(row) | {"first_mg": tuple(row["first_mg"]), "second_mg": tuple(row["second_mg"])}))
