"""`kill -9` of every process in the middle of a story: it ends as if nothing had happened."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from stepwell_devstack.services import SERVICE_NAMES
from stepwell_devstack.supervisor import Stage
from stepwell_kernel.errors import StepwellError
from stepwell_testing.eventually import eventually
from tests.conftest import Whole
from tests.ledgers import gaps_in_streams, parked, repeated_ids, rows, settled
from tests.stories import emails, phases
from tests.telling import Days, tell_story

SEED = 20261124
VICTIMS: Sequence[str] = (*SERVICE_NAMES, "postgres", "kafka", "temporal")


async def kill_them_all(whole: Whole, story_ended: asyncio.Event) -> list[str]:
    """Kill each part once, in a seeded order, at seeded instants; wait for each to be back before the next."""
    dice = random.Random(SEED)
    killed = []
    for name in dice.sample(VICTIMS, len(VICTIMS)):
        try:
            async with asyncio.timeout(dice.uniform(1.0, 3.0)):
                await story_ended.wait()
        except TimeoutError:
            pass
        whole.supervisor.kill(name)
        killed.append(name)
        await back(whole, name)
    return killed


async def back(whole: Whole, name: str) -> None:
    """The part was started again, and all parts are ready."""
    await eventually(lambda: whole.supervisor.states()[name].restarts > 0, within_s=30)
    await eventually(lambda: not_ready(whole), until=lambda names: not names, within_s=60)


def not_ready(whole: Whole) -> list[str]:
    """The parts that are not ready now."""
    return [name for name, state in whole.supervisor.states().items() if state.stage is not Stage.READY]


@pytest.mark.timeout(600)
async def test_a_story_survives_the_death_of_every_process(whole: Whole) -> None:
    ended = asyncio.Event()
    killing = asyncio.create_task(kill_them_all(whole, ended))
    story = None
    try:
        story = await tell_story(whole.outside, Days(in_care_s=3.0))
    except StepwellError as error:
        pytest.fail(f"the story broke off: {error.code}")
    finally:
        ended.set()
        killed = await killing
    assert set(killed) == set(VICTIMS)
    await settled(whole.inside)
    assert await phases(whole.inside, story.episode_id) == ("closed", "closed", "closed")
    assert await gaps_in_streams(whole.inside) == []
    assert await repeated_ids(whole.inside) == []
    assert await parked(whole.inside) == []
    sent = await rows(
        whole.inside,
        "notifications",
        "select message_id from message where episode_id = $1 and state = 'sent'",
        story.episode_id,
    )
    received = {mail["message_id"] for mail in await emails(whole.inside, story.email)}
    assert {f"<{row['message_id']}@messages.invalid>" for row in sent} <= received
