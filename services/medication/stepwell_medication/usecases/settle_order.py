"""What a decision about an order leaves behind: its terms, findings, and the rules that the prescriber overrode."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from stepwell_contracts.http.medication import FindingView, OverrideRule
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.findings import Finding, Override, settle
from stepwell_medication.store.order_decisions import insert_decision, insert_findings
from stepwell_medication.store.orders import Order
from stepwell_medication.store.overrides import insert_override
from stepwell_medication.usecases.order_case import OrderCase
from stepwell_postgres.transaction import Transaction


async def settle_order(
    tx: Transaction,
    order: Order,
    decision: Decision,
    case: OrderCase,
    overrides: Sequence[OverrideRule],
    prescriber: UUID,
) -> tuple[str, ...]:
    """Store the decision about the order as it is now; the ids of the rules that were overridden.

    Raises Invalid (`override_repeated`), Conflict (the code of a rule that stops, `override_without_finding`).
    """
    settled = settle(case.findings, overrides_of(overrides), tx.caller.roles)
    overridden = {f.rule_id: (f.version, reason) for f, reason in settled}
    decision_id = await insert_decision(
        tx,
        order.order_id,
        decision,
        daily_mg=order.daily_mg,
        take_home_days=order.take_home_days,
        inputs=case.inputs,
        rules=case.rules,
        decided_by=prescriber,
    )
    await insert_findings(tx, order.order_id, case.findings, decision_id=decision_id)
    for rule_id, (version, reason) in overridden.items():
        await insert_override(tx, order.order_id, rule_id, version, reason, prescriber)
    return tuple(overridden)


def overrides_of(stated: Iterable[OverrideRule]) -> tuple[Override, ...]:
    """What a command overrides."""
    return tuple(Override(override.rule_id, override.reason) for override in stated)


def views_of(findings: Iterable[Finding], now: datetime) -> tuple[FindingView, ...]:
    """What was found, as an answer tells it."""
    return tuple(
        FindingView(
            rule_id=f.rule_id,
            rule_version=f.version,
            severity=f.severity,
            is_high=f.is_high,
            code=f.code,
            other=f.other,
            check=f.check,
            due_at=None if f.due_hours is None else now + timedelta(hours=f.due_hours),
        )
        for f in findings
    )
