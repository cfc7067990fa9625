"""From evidence to a verdict: all checks, again and again until what was on its way has arrived."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from stepwell_messaging.topics import Topics
from stepwell_simulation.verify.checks_care import (
    check_messages,
    check_seats,
    check_standings,
    check_stock,
    check_tasks,
)
from stepwell_simulation.verify.checks_consumers import check_applied, check_positions, check_timeline, check_waiting
from stepwell_simulation.verify.checks_events import check_broker, check_once, check_order, check_streams, check_types
from stepwell_simulation.verify.checks_journeys import check_decisions, check_episodes, check_workflows
from stepwell_simulation.verify.evidence import Evidence
from stepwell_simulation.verify.findings import Finding, Kind
from stepwell_simulation.verify.handled import HANDLED

COMPACTED = "compact"
PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands after the last look, by kind and subject, with the evidence of that look."""

    findings: tuple[Finding, ...]
    evidence: Evidence
    looks: int


def findings_in(evidence: Evidence, topics: Topics, *, every_type: bool) -> list[Finding]:
    """Everything that is wrong, or on its way; with `every_type` each type of the registry must have occurred."""
    ledgers, broker, care = evidence.ledgers, evidence.broker, evidence.care
    compacted = frozenset(topic.name for topic in topics.all.values() if topic.cleanup == COMPACTED)
    registry = [event for topic in topics.all.values() for event in topic.events] if every_type else []
    return [
        *check_waiting(evidence),
        *check_positions(ledgers, broker, topics.all),
        *check_workflows(evidence),
        *check_decisions(evidence),
        *check_messages(care),
        *check_streams(ledgers),
        *check_broker(ledgers, broker, compacted),
        *check_applied(ledgers, topics.all, HANDLED),
        *check_timeline(ledgers, care),
        *check_episodes(evidence),
        *check_once(ledgers),
        *check_order(ledgers, broker),
        *check_standings(evidence),
        *check_tasks(care),
        *check_seats(evidence),
        *check_stock(care),
        *check_types(ledgers, registry),
    ]


async def reach_verdict(
    look: Callable[[], Awaitable[Evidence]], topics: Topics, *, every_type: bool, wait_s: float
) -> Verdict:
    """Look until nothing is on its way any more, for `wait_s` seconds at most, and once in any case.

    What every look found alike stands: what was on its way in one of them has moved on in another. Whatever cannot
    pass by itself stands when the last look found it.
    """
    began = time.monotonic()
    evidence = await look()
    found = findings_in(evidence, topics, every_type=every_type)
    unmoved = {finding for finding in found if finding.may_pass}
    looks = 1
    while unmoved and time.monotonic() - began < wait_s:
        await asyncio.sleep(PAUSE_S)
        evidence = await look()
        found = findings_in(evidence, topics, every_type=every_type)
        unmoved &= set(found)
        looks += 1
    standing = {finding for finding in found if finding in unmoved or not finding.may_pass}
    kinds = list(Kind)
    ordered = sorted(standing, key=lambda finding: (kinds.index(finding.kind), finding.subject, finding.detail))
    return Verdict(tuple(ordered), evidence, looks)
