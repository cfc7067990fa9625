"""What rules found against an order, and what a prescriber makes of it: software computes, a clinician decides."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.medication_codes import ClinicalCheck, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: where, and how strongly it speaks.

    `other` is the other medicine of an interaction. A task names the check that answers it, and in how many hours it
    is due.
    """

    rule_id: str
    version: str
    severity: Severity
    code: str
    path: str
    problem: str
    override_role: Role = Role.PRESCRIBER
    is_high: bool = False
    other: str | None = None
    check: ClinicalCheck | None = None
    due_hours: int | None = None

    @property
    def rule(self) -> str:
        """`<rule id>@<version>`, as answers name it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Override:
    """A prescriber's reason to go on in spite of a rule."""

    rule_id: str
    reason: str


def settle(
    findings: Sequence[Finding], overrides: Sequence[Override], roles: Collection[str]
) -> tuple[tuple[Finding, str], ...]:
    """The findings that were overridden, each with its reason; nothing that stops is left.

    A warning can be given a reason too. Raises Invalid (`override_repeated`), Conflict (the code of the strongest
    finding that stops, `override_without_finding`).
    """
    repeated = [rule_id for rule_id, times in Counter(o.rule_id for o in overrides).items() if times > 1]
    if repeated:
        problem = FieldProblem("overrides", f"names {repeated[0]} twice")
        raise Invalid("override_repeated", "a rule is overridden once, with one reason", fields=(problem,))
    reasons = {o.rule_id: o.reason for o in overrides}
    stopping = [f for f in findings if _stops(f, reasons, roles)]
    if stopping:
        first = min(stopping, key=lambda finding: finding.severity is not Severity.HARD_STOP)
        raise Conflict(
            first.code,
            "a rule does not let the order pass",
            fields=tuple(FieldProblem(f.path, f.problem, f.rule) for f in stopping),
            rule=first.rule_id,
        )
    overridden = tuple((f, reasons[f.rule_id]) for f in findings if f.rule_id in reasons)
    unknown = reasons.keys() - {f.rule_id for f, _ in overridden}
    if unknown:
        fields = tuple(FieldProblem("overrides", f"{rule_id} found nothing", rule_id) for rule_id in sorted(unknown))
        raise Conflict("override_without_finding", "only what a rule found can be overridden", fields=fields)
    return overridden


def _stops(finding: Finding, reasons: Collection[str], roles: Collection[str]) -> bool:
    if finding.severity is Severity.STOP_OVERRIDE:
        return finding.rule_id not in reasons or finding.override_role not in roles
    return finding.severity is Severity.HARD_STOP
