"""Journeys that began under older code go on under today's: every stored history replays."""

from dataclasses import replace

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from stepwell_temporal.worker import sandbox_runner
from stepwell_workflows.facility.workflow import FacilityCalendar
from stepwell_workflows.journey.workflow import EpisodeJourney
from workflows.tests.plays import CALENDAR_PLAYS, PLAYS, stored


def replayer() -> Replayer:
    return Replayer(
        workflows=[EpisodeJourney, FacilityCalendar],
        workflow_runner=sandbox_runner(),
        data_converter=pydantic_data_converter,
    )


def named(history: WorkflowHistory) -> str:
    return f"{history.workflow_id} {history.run_id}"


def test_every_play_is_stored() -> None:
    assert len({history.workflow_id for history in stored()}) == len(PLAYS) + len(CALENDAR_PLAYS)


@pytest.mark.parametrize("history", stored(), ids=named)
async def test_a_stored_history_replays(history: WorkflowHistory) -> None:
    await replayer().replay_workflow(history)


async def test_a_history_that_todays_code_would_not_make_is_refused() -> None:
    """An activity that was scheduled under another name stands for any change of what the journey does."""
    (history, *_) = stored()
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            event.activity_task_scheduled_event_attributes.activity_type.name = "intake.something_else"
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(replace(history))
