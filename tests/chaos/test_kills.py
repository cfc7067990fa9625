"""`kill -9` of every process in the middle of a story: it ends as if nothing had happened."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio

from stepwell_devstack.services import SERVICE_NAMES
from stepwell_devstack.supervisor import Stage
from stepwell_kernel.errors import StepwellError
from stepwell_simulation.network import PRESCRIBED_MINUTES
from stepwell_simulation.story import Story
from stepwell_testing.eventually import eventually
from tests.conftest import Whole
from tests.ledgers import gaps_in_streams, not_applied, parked, published, repeated_ids, rows, settled
from tests.stories import emails, phases, timeline
from tests.telling import tell_story

pytestmark = pytest.mark.timeout(600)

SEED = 20261124
WORKSHOP_MINUTES = 60
VICTIMS: Sequence[str] = (*SERVICE_NAMES, "postgres", "kafka", "temporal")

MESSAGES = (
    "select format('<%s@messages.invalid>', message_id) as message_id, state, reason_code, "
    "(select count(*) from attempt a where a.message_id = m.message_id) as attempts "
    "from message m where episode_id = $1"
)

MILESTONES = [
    "referral_received",
    "first_contact_recorded",
    "level_of_care_decided",
    "consent_granted",
    "admission_decided",
    "order_started",
    "dose_observed",
    "step_down_decided",
    "bookings_replaced",
    "discharge_decided",
    "bookings_replaced",
]


@dataclass(frozen=True)
class Survived:
    """A story told to its end, and the parts that were killed meanwhile."""

    story: Story
    killed: Sequence[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def survived(whole: Whole) -> Survived:
    """The story, with the last tasks closed and everything applied."""
    ended = asyncio.Event()
    killing = asyncio.create_task(kill_them_all(whole, ended))
    try:
        story = await tell_story(whole.outside)
    except StepwellError as error:
        pytest.fail(f"the story broke off: {error.code}")
    finally:
        ended.set()
        killed = await killing

    async def open_tasks() -> list[str]:
        return [task.kind for task in (await story.episode()).tasks if task.state == "open"]

    await eventually(open_tasks, until=lambda kinds: not kinds, within_s=60)
    await settled(whole.inside)
    return Survived(story, killed)


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


async def test_a_story_survives_the_death_of_every_process(whole: Whole, survived: Survived) -> None:
    assert set(survived.killed) == set(VICTIMS)
    assert await phases(whole.inside, survived.story.episode_id) == ("closed", "closed", "closed")


async def test_the_timeline_has_every_step_in_its_order(whole: Whole, survived: Survived) -> None:
    seen = await timeline(whole.outside, survived.story.episode_id)
    assert [one for one in seen if one in MILESTONES] == MILESTONES
    counts = Counter(seen)
    assert counts["week_closed"] >= 3
    assert counts["attendance_recorded"] == len(survived.story.attended) > 0
    assert counts["appointment_cancelled"] >= 1
    assert counts["aftercare_contact_recorded"] >= 7
    assert seen[-1] in {"episode_phase_changed", "care_task_closed"}


async def test_treatment_met_its_hours(whole: Whole, survived: Survived) -> None:
    """In the second week but for its last session, a workshop whose seat was given back."""
    weeks = await rows(
        whole.inside,
        "scheduling",
        "select attended_minutes from episode_week where episode_id = $1 order by week_starts_on",
        survived.story.episode_id,
    )
    first, second, *_ = (week["attended_minutes"] for week in weeks)
    assert first == PRESCRIBED_MINUTES
    assert second == PRESCRIBED_MINUTES - WORKSHOP_MINUTES


async def test_each_reminder_was_sent_and_none_for_what_was_cancelled(whole: Whole, survived: Survived) -> None:
    """Whose sender dies before it has noted the post office's answer goes out again, under the same Message-ID."""
    messages = await rows(whole.inside, "notifications", MESSAGES, survived.story.episode_id)
    sent = {row["message_id"] for row in messages if row["state"] == "sent"}
    never_tried = {row["message_id"] for row in messages if not row["attempts"]}
    received = {mail["message_id"] for mail in await emails(whole.inside, survived.story.email)}
    assert len(sent) >= 5
    assert sent <= received
    assert not never_tried & received
    assert "appointment_cancelled" in {row["reason_code"] for row in messages if row["state"] == "suppressed"}


async def test_nothing_was_lost_doubled_or_parked(whole: Whole, survived: Survived) -> None:
    assert survived.story.attended
    assert await gaps_in_streams(whole.inside) == []
    assert await repeated_ids(whole.inside) == []
    assert await not_applied(whole.inside) == []
    assert await parked(whole.inside) == []


async def test_no_word_of_the_patient_left_intake(whole: Whole, survived: Survived) -> None:
    """Names and addresses are in no event, log or span, whatever died; only the recipient of an e-mail reads them."""
    marked = (b"Robin", b"Example", survived.story.email.encode())
    for _, _, envelope in await published(whole.inside):
        assert not any(word in envelope.model_dump_json().encode() for word in marked)
    payloads = [
        bytes(row["payload"])
        for database in ("intake", "scheduling", "medication", "notifications")
        for row in await rows(whole.inside, database, "select payload from outbox_archive")
    ]
    files = [*whole.inside.home.logs.glob("*.log"), *whole.inside.home.spans.glob("*.jsonl")]
    texts = [*payloads, *(file.read_bytes() for file in files)]
    assert not [word for word in marked if any(word in text for text in texts)]
