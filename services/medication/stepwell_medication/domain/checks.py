"""What a recorded check can say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import ClinicalCheck
from stepwell_medication.domain.facts import Check


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that an instrument or a laboratory can tell, both included."""

    least: Decimal
    most: Decimal


#: Points of the Clinical Opiate Withdrawal Scale, mL/min, ALT or AST in multiples of the upper limit, ms.
BOUNDS: Mapping[ClinicalCheck, Bounds] = MappingProxyType(
    {
        ClinicalCheck.WITHDRAWAL_SCORE: Bounds(Decimal(0), Decimal(48)),
        ClinicalCheck.CREATININE_CLEARANCE: Bounds(Decimal(0), Decimal(300)),
        ClinicalCheck.LIVER_TESTS: Bounds(Decimal(0), Decimal(500)),
        ClinicalCheck.QTC: Bounds(Decimal(200), Decimal(900)),
    }
)

RESULTS: Mapping[ClinicalCheck, frozenset[str]] = MappingProxyType(
    {
        ClinicalCheck.INDICATION: frozenset({"moderate_severe", "remission_high_risk", "mild"}),
        ClinicalCheck.PREGNANCY_TEST: frozenset({"positive", "negative", "declined", "not_applicable"}),
        ClinicalCheck.CHILD_PUGH: frozenset({"a", "b", "c"}),
        ClinicalCheck.LONG_QT_HISTORY: frozenset({"present", "absent"}),
        ClinicalCheck.OPIOID_TEST: frozenset({"positive", "negative"}),
        ClinicalCheck.NALOXONE_CHALLENGE: frozenset({"passed", "failed"}),
        ClinicalCheck.DISULFIRAM_SAFETY: frozenset({"clear", "severe_cardiac_disease", "psychosis"}),
        ClinicalCheck.NALOXONE_OFFERED: frozenset({"given", "declined"}),
        ClinicalCheck.INFORMED_CONSENT: frozenset({"given", "refused"}),
        ClinicalCheck.GUARDIAN_CONSENT: frozenset({"given", "not_required_by_state", "refused"}),
        ClinicalCheck.TRANSMUCOSAL_TEST_DOSE: frozenset({"tolerated", "not_tolerated"}),
    }
)


def validate(code: ClinicalCheck, check: Check, now: datetime) -> None:
    """Raise Invalid (`check_value_impossible`) for a value that the check cannot have, or a time to come."""
    problems = []
    if check.taken_at > now:
        problems.append(FieldProblem("taken_at", "lies in the future"))
    if check.since is not None and check.since > check.taken_at:
        problems.append(FieldProblem("since", "lies after `taken_at`"))
    bounds = BOUNDS.get(code)
    if bounds and check.amount is not None and not bounds.least <= check.amount <= bounds.most:
        problems.append(FieldProblem("amount", f"lies outside {bounds.least} to {bounds.most}"))
    results = RESULTS.get(code)
    if results and check.result not in results:
        problems.append(FieldProblem("result", f"is none of {', '.join(sorted(results))}"))
    if problems:
        raise Invalid("check_value_impossible", "the check cannot say this", fields=tuple(problems))
