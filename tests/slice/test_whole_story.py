"""One patient from referral to the closed episode over HTTP, Kafka and Temporal."""

from collections import Counter
from typing import Any

import pytest
import pytest_asyncio

from stepwell_simulation.story import Story
from stepwell_testing.eventually import eventually
from tests.conftest import Whole
from tests.ledgers import gaps_in_streams, not_applied, parked, published, rows, settled
from tests.stories import emails, phases, spans, timeline
from tests.telling import tell_story

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(whole: Whole) -> Story:
    """A story told to its end, with the last tasks closed."""
    story = await tell_story(whole.outside)

    async def open_tasks() -> list[str]:
        return [task.kind for task in (await story.episode()).tasks if task.state == "open"]

    await eventually(open_tasks, until=lambda kinds: not kinds, within_s=60)
    await settled(whole.inside)
    return story


async def test_phase_agrees_in_intake_journey_and_projection(whole: Whole, told: Story) -> None:
    assert await phases(whole.inside, told.episode_id) == ("closed", "closed", "closed")


async def test_the_timeline_has_every_step_in_its_order(whole: Whole, told: Story) -> None:
    seen = await timeline(whole.outside, told.episode_id)
    milestones = [
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
    assert [one for one in seen if one in milestones] == milestones
    counts = Counter(seen)
    assert counts["week_closed"] >= 3
    assert counts["attendance_recorded"] == len(told.attended)
    assert counts["appointment_cancelled"] >= 1
    assert counts["aftercare_contact_recorded"] >= 7
    assert seen[-1] in {"episode_phase_changed", "care_task_closed"}


async def test_treatment_met_its_hours(whole: Whole, told: Story) -> None:
    weeks = await rows(
        whole.inside,
        "scheduling",
        "select attended_minutes from episode_week where episode_id = $1 order by week_starts_on",
        told.episode_id,
    )
    assert weeks[0]["attended_minutes"] >= 450


async def test_each_reminder_was_sent_once_and_none_for_what_was_cancelled(whole: Whole, told: Story) -> None:
    messages = await rows(
        whole.inside,
        "notifications",
        "select message_id, state, reason_code from message where episode_id = $1",
        told.episode_id,
    )
    sent = {f"<{row['message_id']}@messages.invalid>" for row in messages if row["state"] == "sent"}
    received = await emails(whole.inside, told.email)
    ours = [mail for mail in received if mail["message_id"] in sent]
    assert len(sent) >= 5
    assert {mail["message_id"] for mail in ours} == sent
    assert all(mail["times"] == 1 for mail in ours)
    assert "appointment_cancelled" in {row["reason_code"] for row in messages if row["state"] == "suppressed"}


async def test_nothing_was_lost_doubled_or_parked(whole: Whole, told: Story) -> None:
    assert told.attended
    assert await gaps_in_streams(whole.inside) == []
    assert await not_applied(whole.inside) == []
    assert await parked(whole.inside) == []


async def test_one_trace_from_the_decision_to_the_activity(whole: Whole, told: Story) -> None:
    """HTTP in intake, send by its relay, process by the bridge, activity back in intake."""
    (decision,) = [
        envelope
        for _, _, envelope in await published(whole.inside)
        if envelope.type.endswith("admission_decided.v1") and envelope.episode == told.episode_id
    ]
    assert decision.traceparent is not None
    trace_id = decision.traceparent.split("-")[1]

    def trace() -> dict[str, dict[str, Any]]:
        return {span["name"]: span for span in spans(whole.inside) if span["trace_id"] == trace_id}

    names = {
        "POST /v1/episodes/{episode_id}/admission",
        "send stepwell.intake.patient",
        "process stepwell.intake.patient",
        "activity intake.change_phase",
    }
    found = await eventually(trace, until=lambda seen: names <= set(seen))
    http, send = found["POST /v1/episodes/{episode_id}/admission"], found["send stepwell.intake.patient"]
    activity = found["activity intake.change_phase"]
    assert http["service"] == "intake"
    assert send["trace_id"] == activity["trace_id"] == http["trace_id"]
    bridge = [s for s in spans(whole.inside) if s["trace_id"] == trace_id and s["service"] == "workflows"]
    assert activity["parent_id"] in {span["span_id"] for span in bridge}


async def test_no_word_of_the_patient_left_intake(whole: Whole, told: Story) -> None:
    """Names and addresses are in no event, log or span; in the e-mail only where the recipient reads them."""
    marked = (b"Robin", b"Example", told.email.encode())
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
