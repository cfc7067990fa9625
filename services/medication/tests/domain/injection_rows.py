"""The rules of injections as their rows have them; a test on PostgreSQL holds the rows against these."""

from decimal import Decimal

from stepwell_kernel.medication_codes import InjectionSite, Medicine, Severity
from stepwell_medication.domain.injection_plan import VisitRule
from stepwell_medication.domain.injections import (
    FindingRule,
    InjectionRules,
    SiteRule,
    StartRule,
    StrengthRule,
    WindowRule,
)


def _strengths(**from_doses: int) -> tuple[StrengthRule, ...]:
    return tuple(StrengthRule(Decimal(name.removeprefix("mg_")), dose) for name, dose in from_doses.items())


def _sites(arm_from: int) -> tuple[SiteRule, ...]:
    return tuple(SiteRule(site, arm_from if site is InjectionSite.UPPER_ARM else 1) for site in InjectionSite)


def _finding(rule_id: str, code: str, severity: Severity) -> FindingRule:
    return FindingRule(f"injection.{rule_id}", "1", code, severity)


ANY = {
    rule.code: rule
    for rule in (
        _finding("earliest", "injection_too_early", Severity.HARD_STOP),
        _finding("early", "injection_early", Severity.STOP_OVERRIDE),
        _finding("late", "injection_late", Severity.WARN),
        _finding("restart", "restart_assessment", Severity.STOP_OVERRIDE),
        _finding("start_dose", "start_dose_not_allowed", Severity.HARD_STOP),
        _finding("strength", "strength_not_allowed", Severity.HARD_STOP),
        _finding("strength_sooner", "strength_too_soon", Severity.STOP_OVERRIDE),
        _finding("site", "site_not_allowed", Severity.HARD_STOP),
        _finding("site_sooner", "site_too_soon", Severity.STOP_OVERRIDE),
        _finding("rotation", "same_site", Severity.WARN),
        _finding("other_depot", "other_depot_active", Severity.STOP_OVERRIDE),
    )
}
NALTREXONE = {
    rule.code: rule
    for rule in (
        _finding("opioid_free", "reverify_opioid_free", Severity.HARD_STOP),
        _finding("reversal_agent", "reversal_agent_not_discussed", Severity.WARN),
    )
}

RULES = {
    Medicine.SUBLOCADE: InjectionRules(
        WindowRule("injection.window.sublocade", "1", 26, 26, 28, 42, 56, None),
        StartRule(
            "injection.start.sublocade", "1", (Decimal(300),), (Decimal(100), Decimal(300)), 7, 0, 28, 42, extra=False
        ),
        _strengths(mg_100=2, mg_300=1),
        _sites(1),
        ANY,
    ),
    Medicine.BRIXADI_WEEKLY: InjectionRules(
        WindowRule("injection.window.brixadi_weekly", "1", 1, 5, 7, 9, None, None),
        StartRule("injection.start.brixadi_weekly", "1", (Decimal(16),), (Decimal(8),), 1, 24, 1, 3, extra=True),
        _strengths(mg_8=1, mg_16=1, mg_24=1, mg_32=1),
        _sites(5),
        ANY,
    ),
    Medicine.BRIXADI_MONTHLY: InjectionRules(
        WindowRule("injection.window.brixadi_monthly", "1", 1, 21, 28, 35, None, None),
        None,
        _strengths(mg_64=1, mg_96=1, mg_128=1),
        _sites(5),
        ANY,
    ),
    Medicine.NALTREXONE_XR: InjectionRules(
        WindowRule("injection.window.naltrexone_xr", "1", 21, 25, 28, 35, 42, 24),
        None,
        _strengths(mg_380=1),
        (SiteRule(InjectionSite.BUTTOCK, 1),),
        ANY | NALTREXONE,
    ),
}

VISITS = {
    Medicine.SUBLOCADE: VisitRule("injection.visit", "1", 10, 30, 3),
    Medicine.BRIXADI_WEEKLY: VisitRule("injection.visit", "1", 5, 30, 3),
    Medicine.BRIXADI_MONTHLY: VisitRule("injection.visit", "1", 10, 30, 3),
    Medicine.NALTREXONE_XR: VisitRule("injection.visit", "1", 10, 30, 3),
}
