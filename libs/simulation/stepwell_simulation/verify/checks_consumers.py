"""Whether everything that was emitted was sent and applied, and nothing waits for somebody."""

from collections.abc import Iterator, Mapping

from stepwell_messaging.topics import Topic
from stepwell_simulation.verify.evidence import Broker, Care, Evidence, Ledgers
from stepwell_simulation.verify.findings import Finding, Kind

NOBODY: frozenset[object] = frozenset()


def check_waiting(evidence: Evidence) -> Iterator[Finding]:
    """No event is unsent, no key and no duty parked, no duty late."""
    ledgers = evidence.ledgers
    for event in ledgers.unsent:
        yield Finding(Kind.STUCK, event.subject, f"it waits in the outbox of {event.stream.service}")
    for parked in ledgers.parked:
        yield Finding(Kind.STUCK, f"{parked.topic} {parked.key}", f"parked at {parked.consumer}: {parked.reason}")
    for duty in ledgers.duties:
        subject = f"duty {duty.service} {duty.kind} {duty.key}"
        if duty.state == "parked":
            yield Finding(Kind.STUCK, subject, f"parked: {duty.error_code}")
        elif duty.due_at < evidence.late:
            yield Finding(Kind.STUCK, subject, f"due since {duty.due_at:%Y-%m-%d %H:%M} and not done")


def check_positions(ledgers: Ledgers, broker: Broker, topics: Mapping[str, Topic]) -> Iterator[Finding]:
    """Every consumer has gone through its topics to their ends."""
    for (topic, part), (_, end) in broker.bounds.items():
        for consumer in topics[topic].consumers:
            position = ledgers.positions.get((consumer, topic, part), 0)
            if position < end:
                yield Finding(Kind.STUCK, f"{consumer} at {topic}/{part}", f"it stands at {position} of a longer topic")


def check_applied(
    ledgers: Ledgers, topics: Mapping[str, Topic], handled: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Every event is in the inbox of each consumer that handles its type; one whose key is parked waits there."""
    parked = {(one.consumer, one.topic, one.key) for one in ledgers.parked}
    for event in ledgers.published:
        for consumer in topics[event.topic].consumers:
            if event.type not in handled[consumer] or (consumer, event.topic, event.key) in parked:
                continue
            if event.event_id not in ledgers.applied.get(consumer, NOBODY):
                yield Finding(Kind.LOST, event.subject, f"{consumer} has not applied it")


def check_timeline(ledgers: Ledgers, care: Care) -> Iterator[Finding]:
    """Operations tells every event about a patient, and has passed over none."""
    for event in ledgers.published:
        if event.stream.kind == "patient" and event.event_id not in care.told:
            yield Finding(Kind.LOST, event.subject, "the timeline of operations lacks it")
    for stream in care.passed_over:
        yield Finding(Kind.LOST, stream, "operations passed over versions of it")
