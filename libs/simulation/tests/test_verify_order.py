"""Events once and in order; what is no fault: second copies, old records, compacted ones, consumers that pass over."""

from dataclasses import replace

from libs.simulation.tests.evidences import (
    ADMITTED,
    AHEAD,
    ALL,
    CHANGED,
    OPENED,
    PATIENT,
    REFERRED,
    TOPICS,
    broker,
    care,
    clean,
    emitted,
    ledgers,
)
from stepwell_contracts.events import EVENT_TYPES
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_simulation.verify.checks_events import check_types, second_copies
from stepwell_simulation.verify.evidence import Broker, Evidence, OpenDuty, ParkedKey, Stored
from stepwell_simulation.verify.findings import Finding, Kind
from stepwell_simulation.verify.judging import findings_in

INTAKE, REFERENCE = "stepwell.intake.patient", "stepwell.scheduling.reference"


def judged(evidence: Evidence) -> list[Finding]:
    return findings_in(evidence, TOPICS, every_type=False)


def swapped() -> Broker:
    """The two events of the patient in the other order in the topic."""
    records = dict(broker().records)
    records[INTAKE, 0, 0], records[INTAKE, 0, 1] = records[INTAKE, 0, 1], records[INTAKE, 0, 0]
    return Broker(records, broker().bounds)


def test_events_sent_in_another_order_than_written_are_found_in_archive_and_topic() -> None:
    sent = [replace(REFERRED, offset=1), replace(ADMITTED, offset=0), *ALL[2:]]
    assert judged(clean(ledgers=replace(ledgers(), published=sent), broker=swapped())) == [
        Finding(Kind.OUT_OF_ORDER, f"{ADMITTED.type} {ADMITTED.event_id}", "it was sent before an earlier one"),
        Finding(Kind.OUT_OF_ORDER, f"{INTAKE}/0 at 1", "a later version is before it"),
    ]


def test_versions_given_in_another_order_than_written_are_found() -> None:
    written = [replace(REFERRED, row=2), replace(ADMITTED, row=1), *ALL[2:]]
    found = judged(clean(ledgers=replace(ledgers(), published=written)))
    subject = f"intake patient {PATIENT}"
    assert found[0] == Finding(
        Kind.OUT_OF_ORDER, subject, "its versions are not in the order in which they were written"
    )
    assert {finding.kind for finding in found} == {Kind.OUT_OF_ORDER}


def test_an_effect_that_one_cause_had_twice_is_found() -> None:
    again = emitted(EpisodePhaseChanged.type, 3, 4, 2, cause=ADMITTED.cause)
    events = [*ALL, replace(again, digest=ADMITTED.digest)]
    told = care().told | {again.event_id}
    found = judged(clean(ledgers=ledgers(events), broker=broker(events), care=care(told=told)))
    assert found == [
        Finding(Kind.DOUBLED, f"{again.type} {again.event_id}", f"{ADMITTED.cause} had this effect before")
    ]
    other = [*ALL, again]
    assert judged(clean(ledgers=ledgers(other), broker=broker(other), care=care(told=told))) == []


def test_a_version_that_was_given_twice_is_found() -> None:
    again = emitted(EpisodePhaseChanged.type, 2, 4, 2)
    events = [*ALL, again]
    found = judged(
        clean(ledgers=ledgers(events), broker=broker(events), care=care(told=care().told | {again.event_id}))
    )
    assert Finding(Kind.DOUBLED, f"intake patient {PATIENT}", "two events have the version 2") in found


def test_a_second_copy_from_a_relay_that_was_cut_off_is_no_finding() -> None:
    copies = {(INTAKE, 0, 2 + event.version): Stored(event.event_id, event.key, event.version) for event in ALL[:2]}
    evidence = clean(broker=Broker({**broker().records, **copies}, broker().bounds))
    assert judged(evidence) == []
    assert second_copies(evidence.ledgers, evidence.broker) == 2


def test_a_place_that_the_broker_did_not_tell_is_looked_up_by_the_event() -> None:
    untold = [replace(REFERRED, offset=-1), *ALL[1:]]
    assert judged(clean(ledgers=replace(ledgers(), published=untold))) == []
    records = {place: one for place, one in broker().records.items() if one.event_id != REFERRED.event_id}
    lost = judged(clean(ledgers=replace(ledgers(), published=untold), broker=Broker(records, broker().bounds)))
    assert lost == [
        Finding(Kind.LOST, f"{REFERRED.type} {REFERRED.event_id}", f"it is not in {INTAKE}, where it was sent")
    ]


def test_records_older_than_retention_and_compacted_ones_are_not_missed() -> None:
    gone = {(INTAKE, 0, 0), (REFERENCE, 0, 0)}
    records = {place: one for place, one in broker().records.items() if place not in gone}
    evidence = clean(broker=Broker(records, {**broker().bounds, (INTAKE, 0): (1, 2)}))
    assert OPENED.event_id not in {one.event_id for one in records.values()}
    assert CHANGED.event_id in {one.event_id for one in records.values()}
    assert judged(evidence) == []


def test_an_event_whose_key_is_parked_waits_and_is_not_lost() -> None:
    whole = ledgers()
    applied = {**whole.applied, "medication": frozenset({OPENED.event_id, CHANGED.event_id})}
    parked = [ParkedKey("medication", INTAKE, str(PATIENT), "bug")]
    found = judged(clean(ledgers=replace(whole, applied=applied, parked=parked)))
    assert [finding.kind for finding in found] == [Kind.STUCK]


def test_a_duty_that_is_due_later_is_no_finding() -> None:
    duty = OpenDuty("notifications", "send_message", "1", AHEAD, "due", None)
    assert judged(clean(ledgers=replace(ledgers(), duties=[duty]))) == []


def test_types_that_never_occurred_are_found_when_all_must_occur() -> None:
    missing = {finding.subject for finding in check_types(ledgers(), sorted(EVENT_TYPES))}
    assert missing == set(EVENT_TYPES) - {event.type for event in ALL}
    every = findings_in(clean(), TOPICS, every_type=True)
    assert {finding.subject for finding in every} == missing
    assert {finding.kind for finding in every} == {Kind.NEVER_OCCURRED}
