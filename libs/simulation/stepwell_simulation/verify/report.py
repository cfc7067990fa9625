"""The verdict for people and for programs."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stepwell_contracts.journey import WORKFLOW_NAME
from stepwell_simulation.verify.checks_events import events_by_type, second_copies
from stepwell_simulation.verify.evidence import Evidence
from stepwell_simulation.verify.findings import Kind
from stepwell_simulation.verify.judging import Verdict

MOST_LISTED = 50

#: What was looked at for each kind, by the names that `looked_at` gives.
LOOKED_AT: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.STUCK: ("unsent events", "partitions", "duties", "open workflows", "messages"),
        Kind.LOST: ("events", "records", "inbox rows", "streams", "episodes"),
        Kind.DOUBLED: ("events", "bookings", "messages", "second copies"),
        Kind.OUT_OF_ORDER: ("events", "records"),
        Kind.DISAGREEMENT: ("episodes", "workflows", "open tasks", "bookings", "sessions", "lots"),
        Kind.NEVER_OCCURRED: ("event types",),
    }
)


def looked_at(evidence: Evidence) -> Mapping[str, int]:
    """How much was looked at, by name."""
    ledgers, broker, care = evidence.ledgers, evidence.broker, evidence.care
    return {
        "events": len(ledgers.published),
        "event types": len(events_by_type(ledgers)),
        "unsent events": len(ledgers.unsent),
        "streams": len(ledgers.versions),
        "partitions": len(broker.bounds),
        "records": len(broker.records),
        "second copies": second_copies(ledgers, broker),
        "inbox rows": sum(len(ids) for ids in ledgers.applied.values()),
        "duties": ledgers.duties_in_all,
        "workflows": len(evidence.workflows),
        "open workflows": sum(one.is_open for one in evidence.workflows),
        "journeys": sum(one.type == WORKFLOW_NAME for one in evidence.workflows),
        "episodes": len(care.episodes),
        "open tasks": len(care.tasks),
        "bookings": len(care.bookings),
        "sessions": len(care.sessions),
        "lots": len(care.lots),
        "messages": care.messages,
    }


def sentence(verdict: Verdict) -> str:
    """The verdict in a line."""
    if not verdict.findings:
        return "the run is clean: nothing is stuck, lost, doubled or out of order, and all agree"
    counts = Counter(finding.kind for finding in verdict.findings)
    return "the run is not clean: " + ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])


def as_table(verdict: Verdict) -> Group:
    """A row for each kind, the first findings, the verdict."""
    counts = Counter(finding.kind for finding in verdict.findings)
    amounts = looked_at(verdict.evidence)
    table = Table("", "looked at", box=None, pad_edge=False, header_style="dim")
    table.add_column("findings", justify="right")
    for kind in Kind:
        seen = ", ".join(f"{amounts[name]:,} {name}" for name in LOOKED_AT[kind])
        table.add_row(kind, seen, Text(str(counts[kind]), "bold red" if counts[kind] else ""))
    listed = [Text(f"{one.kind}: {one.subject}: {one.detail}") for one in verdict.findings[:MOST_LISTED]]
    if len(verdict.findings) > MOST_LISTED:
        listed.append(Text(f"and {len(verdict.findings) - MOST_LISTED} more"))
    style = "bold red" if verdict.findings else "bold green"
    return Group(table, "", *listed, Text(sentence(verdict), style))


def as_document(verdict: Verdict) -> Mapping[str, Any]:
    """The same as JSON: all findings, what was looked at, and how often each type of event occurred."""
    return {
        "clean": not verdict.findings,
        "verdict": sentence(verdict),
        "findings": [
            {"kind": finding.kind.value, "subject": finding.subject, "detail": finding.detail}
            for finding in verdict.findings
        ],
        "looked_at": dict(looked_at(verdict.evidence)),
        "looks": verdict.looks,
        "events": dict(events_by_type(verdict.evidence.ledgers)),
    }
