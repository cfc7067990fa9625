"""The medicines that are offered, and what an order of each can set."""

from dataclasses import dataclass
from decimal import Decimal

from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import LastOpioid, Medicine, Protocol


@dataclass(frozen=True, slots=True)
class MedicineRule:
    """A medicine: its schedule (21 CFR 1308), whether it is injected, and whether doses may go home."""

    rule_id: str
    version: str
    medicine: Medicine
    schedule: str | None
    is_injected: bool
    may_go_home: bool
    has_protocols: bool

    @property
    def rule(self) -> str:
        """`<rule id>@<version>`, as answers name it."""
        return f"{self.rule_id}@{self.version}"


#: Kinds of opioid that leave a dependence which a first dose of buprenorphine would turn into withdrawal.
DEPENDENT = frozenset({LastOpioid.SHORT_ACTING, LastOpioid.FENTANYL, LastOpioid.LONG_ACTING, LastOpioid.METHADONE})

#: A low-dose start begins while the opioid is still taken, so no withdrawal is waited for.
WITHOUT_WITHDRAWAL = frozenset({Protocol.LOW_DOSE})


def check_terms(
    rule: MedicineRule, daily_mg: Decimal | None, take_home_days: int | None, protocol: Protocol = Protocol.STANDARD
) -> None:
    """Raise Invalid (`order_terms_invalid`) for what an order of the medicine cannot set."""
    problems = []
    if rule.is_injected and daily_mg is not None:
        problems.append(FieldProblem("daily_mg", "is not for an injection", rule.rule))
    if not rule.may_go_home and take_home_days is not None:
        problems.append(FieldProblem("take_home_days", f"is not for {rule.medicine}", rule.rule))
    if not rule.has_protocols and protocol is not Protocol.STANDARD:
        problems.append(FieldProblem("protocol", f"{protocol} is not for {rule.medicine}", rule.rule))
    if problems:
        raise Invalid("order_terms_invalid", "an order of this medicine cannot set this", fields=tuple(problems))


def has_withdrawal_gate(rule: MedicineRule, protocol: Protocol, last_opioid: LastOpioid | None) -> bool:
    """Whether a withdrawal score is needed before the first dose.

    Raises Invalid (`last_opioid_needed`) where that depends on the last opioid and nobody stated it.
    """
    if not rule.has_protocols or protocol in WITHOUT_WITHDRAWAL:
        return False
    if last_opioid is None:
        problem = FieldProblem("last_opioid", "is needed for a start", rule.rule)
        raise Invalid("last_opioid_needed", "the withdrawal gate depends on the last opioid", fields=(problem,))
    return last_opioid in DEPENDENT
