"""One fault at a time in a run that is clean otherwise: each is found, as what it is, and nothing else is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from libs.simulation.tests.evidences import (
    ADMITTED,
    AHEAD,
    ALL,
    BOOKING,
    CHANGED,
    EPISODE,
    JOURNEY,
    LONG_AGO,
    LOT,
    PATIENT,
    PATIENT_STREAM,
    REFERRED,
    SEATED,
    SESSION,
    TASK,
    TOPICS,
    bounds,
    broker,
    care,
    clean,
    emitted,
    journey,
    ledgers,
    standing_at,
)
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.journey import CALENDAR_WORKFLOW_NAME, LATE_WORKFLOW_NAME
from stepwell_kernel.ids import new_id
from stepwell_simulation.verify.evidence import (
    Broker,
    Emitted,
    Evidence,
    Ledgers,
    Lot,
    OpenDuty,
    ParkedKey,
    Place,
    Seats,
    Stored,
    Workflow,
)
from stepwell_simulation.verify.findings import Finding, Kind
from stepwell_simulation.verify.judging import findings_in

INTAKE, REFERENCE = "stepwell.intake.patient", "stepwell.scheduling.reference"
UNSENT = emitted(EpisodePhaseChanged.type, 3, 4, None)
UNKNOWN = new_id()


def judged(evidence: Evidence) -> list[Finding]:
    return findings_in(evidence, TOPICS, every_type=False)


def of_ledgers(**changes: object) -> Evidence:
    return clean(ledgers=replace(ledgers(), **changes))  # type: ignore[arg-type]


def of_records(changes: dict[Place, Stored | None]) -> Evidence:
    records = {**broker().records, **changes}
    return clean(broker=Broker({place: one for place, one in records.items() if one}, bounds(ALL)))


def with_record(event: Emitted, offset: int) -> Broker:
    """The records with one more of an event."""
    there = Stored(event.event_id, event.key, event.version)
    place = (event.topic, 0, offset)
    return Broker({**broker().records, place: there}, broker().bounds)


def not_applied(consumer: str, lost: object) -> Ledgers:
    whole = ledgers()
    return replace(whole, applied={**whole.applied, consumer: whole.applied[consumer] - {lost}})


def test_a_clean_run_has_no_findings() -> None:
    assert judged(clean()) == []


def test_a_decision_under_way_is_no_finding() -> None:
    under_way = care(open_decisions=frozenset({EPISODE}))
    assert judged(clean(workflows=[journey(carries_out="transfer")], care=under_way)) == []


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            of_ledgers(unsent=[UNSENT], versions={**ledgers().versions, PATIENT_STREAM: 3}),
            Finding(Kind.STUCK, f"{UNSENT.type} {UNSENT.event_id}", "it waits in the outbox of intake"),
            id="unsent",
        ),
        pytest.param(
            of_ledgers(parked=[ParkedKey("journeys", INTAKE, str(PATIENT), "not_started")]),
            Finding(Kind.STUCK, f"{INTAKE} {PATIENT}", "parked at journeys: not_started"),
            id="parked key",
        ),
        pytest.param(
            of_ledgers(duties=[OpenDuty("notifications", "send_message", "1", AHEAD, "parked", "bug")]),
            Finding(Kind.STUCK, "duty notifications send_message 1", "parked: bug"),
            id="parked duty",
        ),
        pytest.param(
            of_ledgers(duties=[OpenDuty("medication", "expire_hold", "1", LONG_AGO, "due", None)]),
            Finding(Kind.STUCK, "duty medication expire_hold 1", "due since 2026-11-24 12:00 and not done"),
            id="late duty",
        ),
        pytest.param(
            of_ledgers(positions={**ledgers().positions, ("medication", INTAKE, 0): 1}),
            Finding(Kind.STUCK, f"medication at {INTAKE}/0", "it stands at 1 of a longer topic"),
            id="consumer behind",
        ),
        pytest.param(
            clean(
                broker=Broker({**broker().records, (INTAKE, 0, 2): Stored(None, "", 0)}, broker().bounds),
            ),
            Finding(Kind.STUCK, f"{INTAKE}/0 at 2", "nobody can read this record"),
            id="unreadable record",
        ),
        pytest.param(
            clean(workflows=[journey(), Workflow("late/1", LATE_WORKFLOW_NAME, False, "failed")]),
            Finding(Kind.STUCK, "late/1", "the workflow is failed"),
            id="workflow ended badly",
        ),
        pytest.param(
            clean(workflows=[replace(journey(), journey=None, trouble="its workflow task fails")]),
            Finding(Kind.STUCK, JOURNEY, "its workflow task fails"),
            id="workflow in trouble",
        ),
        pytest.param(
            clean(workflows=[journey(), Workflow("late/1", LATE_WORKFLOW_NAME, True, "running")]),
            Finding(Kind.STUCK, "late/1", "nobody has been given the late fact yet"),
            id="late fact with nobody",
        ),
        pytest.param(
            clean(
                workflows=[
                    journey(),
                    Workflow("facility/1", CALENDAR_WORKFLOW_NAME, True, "running", refused=("plan_week gone",)),
                ]
            ),
            Finding(Kind.STUCK, "facility/1", "the calendar could not have done: plan_week gone"),
            id="calendar refused",
        ),
        pytest.param(
            clean(workflows=[journey(outstanding={7: "intake.open_care_task"})]),
            Finding(Kind.STUCK, JOURNEY, "action 7 (intake.open_care_task) is under way and does not come to an end"),
            id="action under way",
        ),
        pytest.param(
            clean(workflows=[journey(outstanding={7: "intake.open_care_task"}, stuck=(7,))]),
            Finding(Kind.STUCK, JOURNEY, "action 7 (intake.open_care_task) could not be done"),
            id="action stuck",
        ),
        pytest.param(
            clean(workflows=[journey(parked=1)]),
            Finding(Kind.STUCK, JOURNEY, "the journey could not handle an event and has parked it"),
            id="event parked by the journey",
        ),
        pytest.param(
            clean(workflows=[journey(wakes_at={"week": LONG_AGO})]),
            Finding(Kind.STUCK, JOURNEY, "obligation week of 2026-11-24 12:00 was passed over"),
            id="obligation passed over",
        ),
        pytest.param(
            clean(workflows=[journey(wakes_at={})]),
            Finding(Kind.STUCK, JOURNEY, "nothing must happen, and it is in treatment"),
            id="nothing to come",
        ),
        pytest.param(
            clean(workflows=[journey(waits_for_policy=True)]),
            Finding(Kind.STUCK, JOURNEY, "it waits for its deadline rules"),
            id="no rules",
        ),
        pytest.param(
            clean(care=care(open_decisions=frozenset({EPISODE}))),
            Finding(Kind.STUCK, JOURNEY, "a decision is open, nothing carries it out, and nobody was told"),
            id="decision that nothing carries out",
        ),
        pytest.param(
            clean(care=care(overdue=["message 1"])),
            Finding(Kind.STUCK, "message 1", "neither sent nor lapsed, and of no use any more"),
            id="message without an end",
        ),
    ],
)
def test_what_is_stuck_is_found(evidence: Evidence, expected: Finding) -> None:
    assert judged(evidence) == [expected]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            clean(ledgers=not_applied("medication", ADMITTED.event_id)),
            Finding(Kind.LOST, f"{ADMITTED.type} {ADMITTED.event_id}", "medication has not applied it"),
            id="not applied",
        ),
        pytest.param(
            clean(care=care(told=care().told - {SEATED.event_id})),
            Finding(Kind.LOST, f"{SEATED.type} {SEATED.event_id}", "the timeline of operations lacks it"),
            id="not told",
        ),
        pytest.param(
            clean(care=care(passed_over=[f"intake {PATIENT}"])),
            Finding(Kind.LOST, f"intake {PATIENT}", "operations passed over versions of it"),
            id="passed over",
        ),
        pytest.param(
            of_records({(INTAKE, 0, 0): None}),
            Finding(
                Kind.LOST, f"{REFERRED.type} {REFERRED.event_id}", f"it is not in {INTAKE}/0 at 0, where it was sent"
            ),
            id="record gone",
        ),
        pytest.param(
            of_records({(REFERENCE, 0, 1): None}),
            Finding(
                Kind.LOST, f"{CHANGED.type} {CHANGED.event_id}", f"it is not in {REFERENCE}/0 at 1, where it was sent"
            ),
            id="last of a compacted key gone",
        ),
        pytest.param(
            of_records({(INTAKE, 0, 2): Stored(UNKNOWN, "another", 1)}),
            Finding(Kind.LOST, f"{INTAKE}/0 at 2", f"no archive has the event {UNKNOWN}"),
            id="record without archive row",
        ),
        pytest.param(
            of_ledgers(versions={**ledgers().versions, PATIENT_STREAM: 4}),
            Finding(Kind.LOST, f"intake patient {PATIENT}", "no event has the version 3, 4"),
            id="gap",
        ),
        pytest.param(
            clean(workflows=[]),
            Finding(Kind.LOST, JOURNEY, "the episode has no workflow"),
            id="no workflow",
        ),
        pytest.param(
            clean(care=care(bridged={})),
            Finding(Kind.LOST, JOURNEY, "the bridge does not know the episode"),
            id="unknown to the bridge",
        ),
        pytest.param(
            clean(care=care(standings={**care().standings, "medication": {}})),
            Finding(Kind.LOST, f"episode {EPISODE}", "medication does not know it"),
            id="unknown to a service",
        ),
        pytest.param(
            clean(care=care(lots=[Lot(LOT, 3, 2, 3, Decimal(90), Decimal(90))])),
            Finding(Kind.LOST, f"lot {LOT}", "3 entries counted, 2 there, the last has the number 3"),
            id="entry of a lot",
        ),
    ],
)
def test_what_is_lost_is_found(evidence: Evidence, expected: Finding) -> None:
    assert judged(evidence) == [expected]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            clean(
                ledgers=replace(ledgers(), published=[*ALL, replace(SEATED, row=4, offset=1)]),
                broker=with_record(SEATED, 1),
            ),
            Finding(Kind.DOUBLED, f"{SEATED.type} {SEATED.event_id}", "it is in the archive more than once"),
            id="archived twice",
        ),
        pytest.param(
            clean(care=care(sessions=[Seats(SESSION, 1, 2, 2)])),
            Finding(Kind.DOUBLED, f"session {SESSION}", "2 bookings hold 1 seats"),
            id="overbooked",
        ),
        pytest.param(
            clean(
                care=care(
                    bookings={BOOKING: care().bookings[BOOKING], UNKNOWN: care().bookings[BOOKING]},
                    told_bookings={BOOKING: "booked", UNKNOWN: "booked"},
                )
            ),
            Finding(Kind.DOUBLED, f"episode {EPISODE}", f"2 seats in session {SESSION}"),
            id="two seats",
        ),
        pytest.param(
            clean(care=care(repeated=["message 1"])),
            Finding(Kind.DOUBLED, "message 1", "it was sent more than once"),
            id="sent twice",
        ),
    ],
)
def test_what_is_doubled_is_found(evidence: Evidence, expected: Finding) -> None:
    assert judged(evidence) == [expected]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            clean(care=standing_at("operations", phase="admission")),
            Finding(Kind.DISAGREEMENT, f"episode {EPISODE}", "phase treatment in intake, admission in operations"),
            id="phase in operations",
        ),
        pytest.param(
            clean(care=standing_at("scheduling", program_id="another")),
            Finding(
                Kind.DISAGREEMENT,
                f"episode {EPISODE}",
                f"program {care().standings['intake'][EPISODE].program_id} in intake, another in scheduling",
            ),
            id="program in scheduling",
        ),
        pytest.param(
            clean(workflows=[journey(part="skills")]),
            Finding(Kind.DISAGREEMENT, f"episode {EPISODE}", "part stabilize in intake, skills in the journey"),
            id="part in the journey",
        ),
        pytest.param(
            clean(workflows=[replace(journey(), is_open=False, status="completed", journey=None)]),
            Finding(Kind.DISAGREEMENT, JOURNEY, "treatment in intake, the workflow is completed"),
            id="workflow ended",
        ),
        pytest.param(
            clean(care=care(bridged={EPISODE: True})),
            Finding(Kind.DISAGREEMENT, JOURNEY, "for the bridge the episode has ended, for intake it goes on"),
            id="bridge ended",
        ),
        pytest.param(
            clean(care=care(told_tasks=frozenset())),
            Finding(Kind.DISAGREEMENT, f"task {TASK}", "open in intake, not in operations"),
            id="task in intake only",
        ),
        pytest.param(
            clean(care=care(tasks={})),
            Finding(Kind.DISAGREEMENT, f"task {TASK}", "open in operations, not in intake"),
            id="task in operations only",
        ),
        pytest.param(
            clean(care=care(sessions=[Seats(SESSION, 8, 2, 1)])),
            Finding(Kind.DISAGREEMENT, f"session {SESSION}", "2 seats taken, 1 held by bookings"),
            id="seats",
        ),
        pytest.param(
            clean(care=care(told_bookings={BOOKING: "cancelled"})),
            Finding(Kind.DISAGREEMENT, f"booking {BOOKING}", "it stands in scheduling only"),
            id="booking",
        ),
        pytest.param(
            clean(care=care(lots=[Lot(LOT, 2, 2, 2, Decimal(90), Decimal(80))])),
            Finding(Kind.DISAGREEMENT, f"lot {LOT}", "the balance is 80 mg, the sum 90 mg"),
            id="balance",
        ),
        pytest.param(
            of_ledgers(versions={**ledgers().versions, PATIENT_STREAM: 1}),
            Finding(Kind.DISAGREEMENT, f"intake patient {PATIENT}", "its stream never gave the version 2"),
            id="version that was never given",
        ),
    ],
)
def test_a_disagreement_is_found(evidence: Evidence, expected: Finding) -> None:
    assert judged(evidence) == [expected]
