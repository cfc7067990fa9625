"""Whether every episode has its workflow, and every workflow goes on."""

from collections.abc import Iterator
from datetime import datetime

from stepwell_contracts.journey import LATE_WORKFLOW_NAME, WORKFLOW_ID_PREFIX, WORKFLOW_NAME
from stepwell_kernel.codes import Phase
from stepwell_simulation.verify.evidence import Evidence, JourneyState
from stepwell_simulation.verify.findings import Finding, Kind

COMPLETED = "completed"


def check_workflows(evidence: Evidence) -> Iterator[Finding]:
    """Workflows run or are completed; none fails, leaves something behind, or waits for nothing or what is late."""
    for workflow in evidence.workflows:
        if not workflow.is_open and workflow.status != COMPLETED:
            yield Finding(Kind.STUCK, workflow.id, f"the workflow is {workflow.status}")
        if not workflow.is_open and workflow.parked:
            yield Finding(Kind.LOST, workflow.id, "it has ended with an event or an action that it could not handle")
        if workflow.trouble is not None:
            yield Finding(Kind.STUCK, workflow.id, workflow.trouble)
        if workflow.is_open and workflow.type == LATE_WORKFLOW_NAME:
            yield Finding(Kind.STUCK, workflow.id, "nobody has been given the late fact yet")
        for refusal in workflow.refused:
            yield Finding(Kind.STUCK, workflow.id, f"the calendar could not have done: {refusal}")
        if workflow.journey is not None:
            yield from _check_journey(workflow.id, workflow.journey, evidence.late)


def check_episodes(evidence: Evidence) -> Iterator[Finding]:
    """Every episode of intake has a workflow, known to the bridge, which runs until the episode is closed."""
    workflows = {one.id: one for one in evidence.workflows if one.type == WORKFLOW_NAME}
    episodes = evidence.care.episodes
    for episode_id, standing in episodes.items():
        subject = f"{WORKFLOW_ID_PREFIX}{episode_id}"
        is_closed = standing.phase == Phase.CLOSED
        yield from _check_bridge(subject, evidence.care.bridged.get(episode_id), is_closed=is_closed)
        workflow = workflows.get(subject)
        if workflow is None:
            yield Finding(Kind.LOST, subject, "the episode has no workflow")
        elif workflow.is_open is is_closed:
            yield Finding(Kind.DISAGREEMENT, subject, f"{standing.phase} in intake, the workflow is {workflow.status}")
        elif not workflow.is_open and workflow.phase != Phase.CLOSED:
            yield Finding(Kind.DISAGREEMENT, subject, f"the workflow has ended in {workflow.phase}")
    known = {f"{WORKFLOW_ID_PREFIX}{episode_id}" for episode_id in episodes}
    for unknown in workflows.keys() - known:
        yield Finding(Kind.LOST, unknown, "intake has no such episode")


def check_decisions(evidence: Evidence) -> Iterator[Finding]:
    """Every open decision is carried out by its journey, or a person knows that it was not."""
    at_work = {one.id for one in evidence.workflows if one.journey is not None and one.journey.carries_out}
    for episode_id in evidence.care.open_decisions:
        subject = f"{WORKFLOW_ID_PREFIX}{episode_id}"
        if subject not in at_work:
            yield Finding(Kind.STUCK, subject, "a decision is open, nothing carries it out, and nobody was told")


def _check_bridge(subject: str, closed: bool | None, *, is_closed: bool) -> Iterator[Finding]:
    if closed is None:
        yield Finding(Kind.LOST, subject, "the bridge does not know the episode")
    elif closed is not is_closed:
        says, truth = ("has ended", "goes on") if closed else ("goes on", "has ended")
        yield Finding(Kind.DISAGREEMENT, subject, f"for the bridge the episode {says}, for intake it {truth}")


def _check_journey(subject: str, state: JourneyState, late: datetime) -> Iterator[Finding]:
    for index, name in state.outstanding.items():
        detail = "could not be done" if index in state.stuck else "is under way and does not come to an end"
        yield Finding(Kind.STUCK, subject, f"action {index} ({name}) {detail}")
    if state.parked:
        yield Finding(Kind.STUCK, subject, "the journey could not handle an event and has parked it")
    for key, wakes_at in state.wakes_at.items():
        if wakes_at < late:
            yield Finding(Kind.STUCK, subject, f"obligation {key} of {wakes_at:%Y-%m-%d %H:%M} was passed over")
    waits = state.outstanding or state.waits_for_policy or state.phase == Phase.CLOSED
    if not state.wakes_at and not waits:
        yield Finding(Kind.STUCK, subject, f"nothing must happen, and it is in {state.phase}")
    if state.waits_for_policy:
        yield Finding(Kind.STUCK, subject, "it waits for its deadline rules")
