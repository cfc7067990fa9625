"""The evidence of a run in which nothing is wrong: one patient in treatment, one seat, one lot of medicine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.scheduling import AppointmentBooked, FacilityPublished
from stepwell_contracts.journey import WORKFLOW_NAME
from stepwell_kernel.ids import new_id
from stepwell_messaging.topics import load_topics
from stepwell_simulation.verify.evidence import (
    Booking,
    Broker,
    Care,
    Emitted,
    Evidence,
    JourneyState,
    Ledgers,
    Lot,
    Seats,
    Standing,
    Stored,
    Stream,
    Task,
    Workflow,
)
from stepwell_simulation.verify.handled import HANDLED

TOPICS = load_topics()
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATE = NOW - timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=2)
AHEAD = NOW + timedelta(days=2)

PATIENT, EPISODE, FACILITY, PROGRAM, SESSION, BOOKING, TASK, LOT = (new_id() for _ in range(8))
JOURNEY = f"episode/{EPISODE}"
PATIENT_STREAM = Stream("intake", "patient", "riverbend", str(PATIENT))


def emitted(
    event_type: str, version: int, row: int, offset: int | None, *, key: str = str(PATIENT), cause: str | None = None
) -> Emitted:
    """An event of the patient, or of the facility when it is reference data."""
    topic = TOPICS.of(event_type)
    of_patient = topic.key == "patient"
    stream = Stream(
        topic.owner, topic.key if of_patient else "facility", "riverbend", key if of_patient else str(FACILITY)
    )
    event_id = new_id()
    part = None if offset is None else 0
    return Emitted(row, event_id, event_type, topic.name, key, stream, version, cause, event_id.hex, part, offset)


REFERRED = emitted(ReferralReceived.type, 1, 1, 0)
ADMITTED = emitted(EpisodePhaseChanged.type, 2, 2, 1, cause="outcome/1")
SEATED = emitted(AppointmentBooked.type, 1, 3, 0)
OPENED = emitted(FacilityPublished.type, 1, 1, 0, key=f"facility/{FACILITY}")
CHANGED = emitted(FacilityPublished.type, 2, 2, 1, key=f"facility/{FACILITY}")
ALL = (REFERRED, ADMITTED, SEATED, OPENED, CHANGED)


def ledgers(published: Sequence[Emitted] = ALL) -> Ledgers:
    """What the databases say after these events, all sent and applied."""
    applied = {
        consumer: frozenset(
            event.event_id
            for event in published
            if event.type in types and consumer in TOPICS.all[event.topic].consumers
        )
        for consumer, types in HANDLED.items()
    }
    versions = {event.stream: event.version for event in sorted(published, key=lambda event: event.version)}
    positions = {
        (consumer, event.topic, 0): end
        for event in published
        for consumer in TOPICS.all[event.topic].consumers
        for end in (bounds(published)[event.topic, 0][1],)
    }
    return Ledgers(published=published, versions=versions, applied=applied, positions=positions)


def bounds(published: Sequence[Emitted]) -> dict[tuple[str, int], tuple[int, int]]:
    """Begin and end of the partitions in which the events lie."""
    ends: dict[tuple[str, int], tuple[int, int]] = {}
    for event in published:
        _, end = ends.get((event.topic, 0), (0, 0))
        ends[event.topic, 0] = (0, max(end, (event.offset or 0) + 1))
    return ends


def broker(published: Sequence[Emitted] = ALL) -> Broker:
    """The records of these events."""
    records = {
        (event.topic, 0, event.offset or 0): Stored(event.event_id, event.key, event.version) for event in published
    }
    return Broker(records, bounds(published))


def journey(**changes: Any) -> Workflow:
    """The workflow of the episode; changes are of what it says of itself."""
    state = JourneyState(
        phase="treatment",
        part="stabilize",
        facility_id=str(FACILITY),
        program_id=str(PROGRAM),
        wakes_at={"week/2026-11-23": AHEAD},
        outstanding={},
        stuck=(),
        parked=0,
        waits_for_policy=False,
        carries_out=None,
    )
    return Workflow(JOURNEY, WORKFLOW_NAME, True, "running", "treatment", journey=replace(state, **changes))


def care(**changes: Any) -> Care:
    """What the services say of the patient's care."""
    where = Standing("treatment", str(FACILITY), "stabilize", str(PROGRAM))
    keeps_no_part = replace(where, part=None)
    standings = {
        "intake": {EPISODE: where},
        "operations": {EPISODE: where},
        "scheduling": {EPISODE: where},
        "medication": {EPISODE: keeps_no_part},
        "notifications": {EPISODE: replace(keeps_no_part, program_id=None)},
    }
    whole = Care(
        standings=standings,
        bridged={EPISODE: False},
        told=frozenset(event.event_id for event in ALL if event.stream.kind == "patient"),
        tasks={TASK: Task(EPISODE, "plan_signature")},
        told_tasks=frozenset({TASK}),
        bookings={BOOKING: Booking(SESSION, EPISODE, "booked", AHEAD)},
        told_bookings={BOOKING: "booked"},
        sessions=[Seats(SESSION, 8, 1, 1)],
        lots=[Lot(LOT, 2, 2, 2, Decimal(90), Decimal(90))],
        messages=3,
    )
    return replace(whole, **changes)


def standing_at(keeper: str, episode_id: UUID = EPISODE, **changes: Any) -> Care:
    """The same care with another standing of the episode at one keeper."""
    whole = care()
    there = replace(whole.standings[keeper][EPISODE], **changes)
    return replace(whole, standings={**whole.standings, keeper: {episode_id: there}})


def clean(**changes: Any) -> Evidence:
    """The evidence of the run; changes are of its parts."""
    return replace(Evidence(NOW, LATE, ledgers(), broker(), (journey(),), care()), **changes)
