"""Whether every event is there, once and in order: streams, archives and the broker's records against each other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from stepwell_simulation.verify.evidence import Broker, Emitted, Ledgers, Stream
from stepwell_simulation.verify.findings import Finding, Kind

MOST_NUMBERS = 5


def check_streams(ledgers: Ledgers) -> Iterator[Finding]:
    """A stream gives 1, 2, 3 ... to the last number that it says it gave, each once, in the order of the rows."""
    emitted: defaultdict[Stream, list[Emitted]] = defaultdict(list)
    for event in (*ledgers.published, *ledgers.unsent):
        emitted[event.stream].append(event)
    for stream in emitted.keys() | ledgers.versions.keys():
        subject = stream.subject
        versions = [event.version for event in sorted(emitted[stream], key=lambda event: event.row)]
        given = set(versions)
        missing = sorted(set(range(1, ledgers.versions.get(stream, 0) + 1)) - given)
        if missing:
            yield Finding(Kind.LOST, subject, f"no event has the version {_numbers(missing)}")
        unknown = sorted(version for version in given if version > ledgers.versions.get(stream, 0))
        if unknown:
            yield Finding(Kind.DISAGREEMENT, subject, f"its stream never gave the version {_numbers(unknown)}")
        if versions != sorted(versions):
            yield Finding(Kind.OUT_OF_ORDER, subject, "its versions are not in the order in which they were written")


def check_once(ledgers: Ledgers) -> Iterator[Finding]:
    """An event is published once, a version given once, and a cause has an effect once.

    The same cause may lead to several events of a type: they differ in what they say.
    """
    for event in _repeated(ledgers.published, lambda event: event.event_id):
        yield Finding(Kind.DOUBLED, event.subject, "it is in the archive more than once")
    once = {event.event_id: event for event in ledgers.published}.values()
    for event in _repeated(once, lambda event: (event.stream, event.version)):
        yield Finding(Kind.DOUBLED, event.stream.subject, f"two events have the version {event.version}")
    caused = [event for event in once if event.cause is not None]
    for event in _repeated(caused, lambda event: (event.stream, event.type, event.cause, event.digest)):
        yield Finding(Kind.DOUBLED, event.subject, f"{event.cause} had this effect before")


def check_broker(ledgers: Ledgers, broker: Broker, compacted: frozenset[str]) -> Iterator[Finding]:
    """Every archived event is the record at its place, and every record is an event that was archived.

    A record older than retention is gone; of a compacted topic only the last of each key must be there. A relay that
    was cut off sends again: the second copy of an archived event is no finding, all consumers drop it.
    """
    archived = {event.event_id for event in ledgers.published}
    last = {(event.topic, event.key): event.event_id for event in ledgers.published if event.topic in compacted}
    stored = {record.event_id for record in broker.records.values()}
    for event in ledgers.published:
        if event.topic in compacted and last[event.topic, event.key] != event.event_id:
            continue
        if _is_missing(event, broker, stored):
            yield Finding(Kind.LOST, event.subject, f"it is not in {_place(event)}, where it was sent")
    known = archived | {event.event_id for event in ledgers.unsent}
    for (topic, part, offset), record in broker.records.items():
        place = f"{topic}/{part} at {offset}"
        if record.event_id is None:
            yield Finding(Kind.STUCK, place, "nobody can read this record")
        elif record.event_id not in known:
            yield Finding(Kind.LOST, place, f"no archive has the event {record.event_id}")


def check_order(ledgers: Ledgers, broker: Broker) -> Iterator[Finding]:
    """Of each key, places grow with the order of writing, and versions with places, second copies left out."""
    offsets: dict[tuple[str, str], int] = {}
    for event in sorted(ledgers.published, key=lambda event: (event.stream.service, event.row)):
        if event.offset is None or event.offset < 0:
            continue
        if event.offset <= offsets.get((event.topic, event.key), -1):
            yield Finding(Kind.OUT_OF_ORDER, event.subject, "it was sent before an earlier one")
        offsets[event.topic, event.key] = event.offset
    versions: dict[tuple[str, str], int] = {}
    seen: set[UUID] = set()
    for (topic, part, offset), record in sorted(broker.records.items()):
        if record.event_id is None or record.event_id in seen:
            continue
        seen.add(record.event_id)
        if record.version <= versions.get((topic, record.key), 0):
            yield Finding(Kind.OUT_OF_ORDER, f"{topic}/{part} at {offset}", "a later version is before it")
        versions[topic, record.key] = record.version


def check_types(ledgers: Ledgers, registry: Sequence[str]) -> Iterator[Finding]:
    """Every type of the registry occurred."""
    occurred = events_by_type(ledgers)
    for event_type in registry:
        if event_type not in occurred:
            yield Finding(Kind.NEVER_OCCURRED, event_type, "no archive has an event of this type")


def events_by_type(ledgers: Ledgers) -> Mapping[str, int]:
    """How many events of each type were published, by name."""
    return dict(sorted(Counter(event.type for event in ledgers.published).items()))


def second_copies(ledgers: Ledgers, broker: Broker) -> int:
    """Records of archived events beside the place that the archive names: what a relay sent again."""
    places = {(event.topic, event.part, event.offset) for event in ledgers.published}
    archived = {event.event_id for event in ledgers.published}
    return sum(place not in places and record.event_id in archived for place, record in broker.records.items())


def _repeated(events: Iterable[Emitted], key: Callable[[Emitted], Hashable]) -> Iterator[Emitted]:
    seen: set[Hashable] = set()
    for event in events:
        if key(event) in seen:
            yield event
        seen.add(key(event))


def _is_missing(event: Emitted, broker: Broker, stored: set[UUID | None]) -> bool:
    if event.part is None or event.offset is None or event.offset < 0:
        return event.event_id not in stored
    begin, _ = broker.bounds.get((event.topic, event.part), (0, 0))
    if event.offset < begin:
        return False
    record = broker.records.get((event.topic, event.part, event.offset))
    return record is None or record.event_id != event.event_id


def _place(event: Emitted) -> str:
    return event.topic if event.offset in {None, -1} else f"{event.topic}/{event.part} at {event.offset}"


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:MOST_NUMBERS])
    return shown if len(numbers) <= MOST_NUMBERS else f"{shown} ..."
