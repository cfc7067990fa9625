"""The read models of the network views on PostgreSQL: what each event makes of them, repeated, and in any order."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

import stepwell_operations
from services.operations.tests.clinical_events import complete_task, transfer
from services.operations.tests.episode_events import OUTPATIENT, Episode, into_treatment
from services.operations.tests.network_events import (
    Timetable,
    clinic,
    decline,
    lapse,
    move_seat,
    reply,
    seat,
    send,
    stop_waiting,
    suppress,
    wait_for,
)
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.read_models import contents, shuffled
from stepwell_kernel.codes import AgeBand, Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_messaging.incoming import Incoming
from stepwell_messaging.serving import migrations_of
from stepwell_testing.plugin import OpenEdge

EXPAND = migrations_of(stepwell_operations.__file__).expand

GROUP = UUID("0193a000-0000-7000-8000-000000000031")

#: Filled by the migration from the timeline of a platform that ran before it.
FROM_TIMELINE = ("journey", "care_task", "booking", "episode_phase", "group_wait", "message", "reply")

TABLES = (*FROM_TIMELINE, "session", "track", "care_group")


def busy_day(at: datetime) -> tuple[Episode, list[Incoming]]:
    """An episode with everything that the network views tell of, and what was told of its facility."""
    timetable = Timetable(FACILITY, at)
    first, second = timetable.meet(GROUP, at + timedelta(days=1)), timetable.meet(GROUP, at + timedelta(days=2))
    timetable.visit(at + timedelta(days=3))
    timetable.move(first, at + timedelta(days=1, hours=1))
    timetable.cancel(second, at + timedelta(days=2))
    episode = into_treatment(Episode(FACILITY, at))
    wait = wait_for(episode, GROUP)
    episode.later(hours=1)
    stop_waiting(episode, wait, GROUP)
    wait_for(episode, new_id())
    booking = seat(episode, second, at + timedelta(days=2))
    move_seat(episode, booking, second, first, at + timedelta(days=1))
    send(episode, delivered=True)
    send(episode)
    suppress(episode)
    lapse(episode)
    reply(episode)
    reply(episode, known_episode=False)
    withdrawn = episode.open_task(TaskKind.OUTREACH_CALL, Role.COUNSELOR, days=1)
    episode.later(hours=1).close_task(withdrawn, "returned")
    done = episode.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=1)
    complete_task(episode.later(days=2), done, "signed")
    episode.close_task(done, "phase_changed")
    episode.later(days=1).enter(Phase.TREATMENT, TreatmentPart.SKILLS)
    episode.discharge()
    episode.later(hours=2).enter(Phase.AFTERCARE)
    return episode, [
        *clinic(FACILITY, "Riverbend Center", at, [(GROUP, 10, AgeBand.ADULT)]),
        *timetable.incoming,
    ]


async def test_network_views_applied_twice_change_nothing(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode, around = busy_day(edge.clock.now())
    await project(edge, [*around, *episode.incoming])
    once = await contents(edge, TABLES)
    await project(edge, [*around, *episode.incoming])
    for one in reversed([*around, *episode.incoming]):
        await project(edge, [one])
    assert await contents(edge, TABLES) == once
    assert {table: len(rows) for table, rows in once.items()} == {
        "journey": 1,
        "care_task": 3,
        "booking": 1,
        "episode_phase": 6,
        "group_wait": 2,
        "message": 4,
        "reply": 1,
        "session": 3,
        "track": 1,
        "care_group": 1,
    }


@pytest.mark.parametrize("seed", range(3))
async def test_network_views_in_any_order_between_services_and_any_batches(open_edge: OpenEdge, seed: int) -> None:
    edge, mixed = await open_edge("operations"), await open_edge("operations")
    episode, around = busy_day(edge.clock.now())
    await project(edge, [*around, *episode.incoming])
    streams = [around, *(episode.of(name) for name in ("intake", "scheduling", "notifications"))]
    for batch in shuffled(streams, seed):
        await project(mixed, batch)
    assert await contents(mixed, TABLES) == await contents(edge, TABLES)


async def test_a_platform_of_the_former_version_brings_its_timeline_along(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode, around = busy_day(edge.clock.now())
    declined = Episode(OTHER_FACILITY, edge.clock.now(), tenant="harborlight").refer()
    decline(declined.later(hours=1))
    await project(edge, [*around, *episode.incoming, *declined.incoming])
    before = await contents(edge, FROM_TIMELINE)
    text = next(EXPAND.glob("0004_*.sql")).read_text(encoding="utf-8")
    up, down = text.split("-- migrate:down")
    owner = await asyncpg.connect(edge.database.url("owner"), ssl=False)
    try:
        async with owner.transaction():
            await owner.execute(down)
        async with owner.transaction():
            await owner.execute(up)
        assert await owner.fetchval("select count(*) from timeline") == 0
    finally:
        await owner.close()
    assert await contents(edge, FROM_TIMELINE) == before
    assert await contents(edge, ("session", "track", "care_group")) == {"session": [], "track": [], "care_group": []}


async def test_stays_follow_each_other_and_a_transfer_begins_one(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    transfer(episode.later(days=3), OTHER_FACILITY, OUTPATIENT)
    moved_at = episode.at
    episode.later(days=2).enter(Phase.STEP_DOWN, program=OUTPATIENT)
    await project(edge, episode.incoming)
    stays = await edge.rows("select facility_id, phase, from_at, to_at from episode_phase order by version")
    assert [(row["facility_id"], row["phase"]) for row in stays] == [
        (FACILITY, "referral"),
        (FACILITY, "screening"),
        (FACILITY, "admission"),
        (FACILITY, "treatment"),
        (OTHER_FACILITY, "treatment"),
        (OTHER_FACILITY, "step_down"),
    ]
    assert [row["to_at"] for row in stays[:-1]] == [row["from_at"] for row in stays[1:]]
    assert stays[4]["from_at"] == moved_at
    assert await edge.value("select to_at = 'infinity' from episode_phase order by version desc limit 1")


async def test_a_message_is_where_its_last_event_puts_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    message = send(episode)
    sent = len(episode.incoming)
    await project(edge, episode.incoming)
    state = "select state, channel, at, reason_code from message where message_id = $1"
    assert tuple((await edge.rows(state, message))[0]) == ("sent", "sms", episode.at, None)
    suppressed, arrived = suppress(episode), send(episode, delivered=True)
    await project(edge, episode.incoming[sent:])
    assert tuple((await edge.rows(state, suppressed))[0])[:2] == ("suppressed", None)
    assert tuple((await edge.rows(state, suppressed))[0])[3] == "not_permitted"
    assert tuple((await edge.rows(state, arrived))[0]) == ("delivered", "sms", episode.at, None)


@pytest.mark.parametrize(("outcome", "withdrawn"), [("done", False), ("met", False), ("window_passed", True)])
async def test_a_task_that_nobody_had_to_do_any_more_is_withdrawn(
    open_edge: OpenEdge, outcome: str, withdrawn: bool
) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    task = episode.open_task(TaskKind.MEASURE_DUE, Role.COUNSELOR, days=1)
    episode.later(hours=5).close_task(task, outcome)
    await project(edge, episode.incoming)
    row = (await edge.rows("select closed_at, withdrawn from care_task where task_id = $1", task))[0]
    assert tuple(row) == (episode.at, withdrawn)
