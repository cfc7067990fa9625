"""An episode that is closed: its workflow has ended, and nothing of it is left open."""

from dataclasses import replace

from libs.simulation.tests.evidences import BOOKING, EPISODE, JOURNEY, LONG_AGO, TASK, TOPICS, care, clean, journey
from stepwell_kernel.codes import TaskKind
from stepwell_simulation.verify.evidence import Care, Evidence, Task, Workflow
from stepwell_simulation.verify.findings import Finding, Kind
from stepwell_simulation.verify.judging import findings_in


def closed(**changes: object) -> Evidence:
    """The run with its episode closed everywhere; changes are of what the services say."""
    whole = care()
    standings = {
        keeper: {EPISODE: replace(there[EPISODE], phase="closed", part=None)}
        for keeper, there in whole.standings.items()
    }
    bookings = {BOOKING: replace(whole.bookings[BOOKING], starts_at=LONG_AGO)}
    ended: Care = replace(
        whole, standings=standings, bridged={EPISODE: True}, bookings=bookings, tasks={}, told_tasks=frozenset()
    )
    return clean(workflows=[ended_workflow()], care=replace(ended, **changes))  # type: ignore[arg-type]


def ended_workflow() -> Workflow:
    return replace(journey(), is_open=False, status="completed", phase="closed", journey=None)


def judged(evidence: Evidence) -> list[Finding]:
    return findings_in(evidence, TOPICS, every_type=False)


def test_a_closed_episode_is_clean() -> None:
    assert judged(closed()) == []


def test_a_workflow_that_goes_on_is_found() -> None:
    going_on = replace(closed(), workflows=[journey(phase="closed", part=None, wakes_at={})])
    assert judged(going_on) == [
        Finding(Kind.DISAGREEMENT, JOURNEY, "closed in intake, the workflow is running"),
    ]


def test_a_workflow_that_ended_in_another_phase_is_found() -> None:
    early = replace(closed(), workflows=[replace(ended_workflow(), phase="aftercare")])
    assert judged(early) == [Finding(Kind.DISAGREEMENT, JOURNEY, "the workflow has ended in aftercare")]


def test_a_workflow_that_ended_with_something_parked_is_found() -> None:
    left = replace(closed(), workflows=[replace(ended_workflow(), parked=1)])
    detail = "it has ended with an event or an action that it could not handle"
    assert judged(left) == [Finding(Kind.LOST, JOURNEY, detail)]


def test_a_bridge_that_goes_on_is_found() -> None:
    detail = "for the bridge the episode goes on, for intake it has ended"
    assert judged(closed(bridged={EPISODE: False})) == [Finding(Kind.DISAGREEMENT, JOURNEY, detail)]


def test_an_open_task_is_found_but_for_a_late_fact() -> None:
    left = closed(tasks={TASK: Task(EPISODE, TaskKind.PLAN_REVIEW)}, told_tasks=frozenset({TASK}))
    assert judged(left) == [
        Finding(Kind.DISAGREEMENT, f"task {TASK}", "open (plan_review), its episode is closed"),
    ]
    late = closed(tasks={TASK: Task(EPISODE, TaskKind.LATE_FACT)}, told_tasks=frozenset({TASK}))
    assert judged(late) == []


def test_a_seat_ahead_is_found() -> None:
    assert judged(closed(bookings=care().bookings)) == [
        Finding(Kind.DISAGREEMENT, f"booking {BOOKING}", "it lies ahead, its episode is closed")
    ]
