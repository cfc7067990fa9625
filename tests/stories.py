"""A told story, and what is asked about it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx2

from stepwell_devstack.environment import TEMPORAL_NAMESPACE
from stepwell_devstack.platform import Platform
from stepwell_runtime.keys import FileKeys
from stepwell_simulation.network import OPERATOR
from stepwell_simulation.platform import RunningPlatform
from stepwell_temporal.client import connect
from stepwell_workflows.journey.state import JourneyState
from tests.ledgers import rows


async def phases(platform: Platform, episode_id: UUID) -> tuple[str, str, str]:
    """The phase in intake, in the journey and in the projection of operations."""
    intake = await rows(platform, "intake", "select phase from episode where episode_id = $1", episode_id)
    projection = await rows(platform, "operations", "select phase from journey where episode_id = $1", episode_id)
    client = await connect(platform.addresses.temporal, TEMPORAL_NAMESPACE, FileKeys(platform.secrets.keys_file))
    handle = client.get_workflow_handle(f"episode/{episode_id}")
    state = await handle.query("state", result_type=JourneyState)
    return intake[0]["phase"], state.phase.value, projection[0]["phase"]


async def emails(platform: Platform, recipient: str) -> Sequence[dict[str, Any]]:
    """What the mail server received for a recipient, one entry per Message-ID."""
    async with httpx2.AsyncClient() as http:
        query = {"channel": "email", "recipient": recipient}
        answer = await http.get(f"{platform.urls['mailbox']}/messages.json", params=query)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
    return found


async def timeline(outside: RunningPlatform, episode_id: UUID, operator_id: UUID = OPERATOR) -> list[str]:
    """The types of an episode's events as operations' API tells them to one of the tenant, by domain time."""
    operator = await outside.person(operator_id)
    seen = (await operator.operations.journey(episode_id)).timeline
    return [entry.type.removeprefix(f"stepwell.{entry.service}.").split(".")[0] for entry in seen]


def spans(platform: Platform, trace_id: str) -> Sequence[dict[str, Any]]:
    """The spans of a trace that were exported so far."""
    return [
        span
        for file in platform.home.spans.glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        if trace_id in line and (span := json.loads(line))["trace_id"] == trace_id
    ]
