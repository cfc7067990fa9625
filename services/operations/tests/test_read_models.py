"""The read models on PostgreSQL: whole, repeated, and with the services' events in any order between them."""

from datetime import timedelta
from typing import Any

import pytest

from services.operations.tests.episode_events import (
    INTENSIVE,
    OUTPATIENT,
    Episode,
    into_treatment,
    reference,
    week_of_care,
)
from services.operations.tests.open_console import FACILITY, project
from services.operations.tests.read_models import contents, shuffled
from stepwell_kernel.codes import Channel, Modality, Phase, Role, TaskKind, TreatmentPart
from stepwell_messaging.delivery import Projected, service_caller
from stepwell_operations.projections.apply import apply
from stepwell_operations.store.journeys import find_journey, journey_detail
from stepwell_operations.store.timeline import EntryFilter, latest_entries
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge
from stepwell_testing.plugin import OpenEdge

TABLES = ("journey", "stream_seen", "care_task", "booking", "episode_week", "facility", "program")


async def whole_contents(edge: ServiceEdge) -> dict[str, list[dict[str, Any]]]:
    """Every row of every read model, and of the timeline all but the order in which it was applied."""
    found = await contents(edge, (*TABLES, "timeline"))
    for row in found["timeline"]:
        del row["applied"]
    found["timeline"].sort(key=lambda row: row["event_id"])
    return found


async def timeline_of(edge: ServiceEdge, episode: Episode) -> list[tuple[str, str, int]]:
    """The timeline as a reader gets it."""
    async with edge.transactions(edge.person(Role.OPERATIONS, tenant=episode.tenant)) as tx:
        detail = await journey_detail(tx, episode.episode_id)
        found = await latest_entries(tx, episode.episode_id, detail, most=1_000)
    return [(entry.service, entry.type, entry.version) for entry in found.entries]


def whole_story(edge: ServiceEdge) -> Episode:
    """An episode from referral to closed, with everything in it that events can tell."""
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    episode.medicate()
    week_of_care(episode, missed=1)
    episode.later(hours=1).enter(Phase.TREATMENT, TreatmentPart.SKILLS)
    week_of_care(episode)
    review = episode.open_task(TaskKind.STEP_DOWN_REVIEW, Role.COUNSELOR, days=1)
    episode.later(days=1).escalate_task(review, Role.SUPERVISOR)
    episode.later(hours=1).close_task(review)
    given_up = episode.book(episode.at + timedelta(days=1))
    episode.cancel(given_up)
    episode.book_again(given_up, episode.at + timedelta(days=1))
    episode.later(minutes=1).enter(Phase.STEP_DOWN, program=OUTPATIENT)
    episode.later(days=9).discharge()
    episode.enter(Phase.AFTERCARE, program=OUTPATIENT)
    episode.later(days=300).enter(Phase.CLOSED, program=OUTPATIENT)
    return episode


async def test_an_episode_stands_where_its_events_put_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    entered = episode.at
    episode.later(days=3).enter(Phase.TREATMENT, TreatmentPart.SKILLS)
    task = episode.open_task(TaskKind.STEP_DOWN_REVIEW, Role.COUNSELOR, days=2)
    due_at = episode.at + timedelta(days=2)
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.OPERATIONS)) as tx:
        row = await find_journey(tx, episode.episode_id)
    assert (row.phase, row.part, row.facility_id, row.program_id) == ("treatment", "skills", FACILITY, INTENSIVE)
    assert (row.since, row.changed_at) == (entered, episode.at)
    assert (row.open_tasks, row.next_due) == (1, due_at)
    assert await edge.value("select role from care_task where task_id = $1", task) == Role.COUNSELOR


async def test_applying_twice_changes_nothing(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = whole_story(edge)
    batch = [*reference(FACILITY, "Riverbend Center", "America/New_York", edge.clock.now()), *episode.incoming]
    await project(edge, batch)
    once = await whole_contents(edge)
    await project(edge, batch)
    for one in reversed(batch):
        await project(edge, [one])
    assert await whole_contents(edge) == once
    assert len(once["timeline"]) == len(episode.incoming)


@pytest.mark.parametrize("seed", range(5))
async def test_the_order_between_services_does_not_matter(open_edge: OpenEdge, seed: int) -> None:
    edge, mixed = await open_edge("operations"), await open_edge("operations")
    episode = whole_story(edge)
    await project(edge, episode.incoming)
    streams = [episode.of(name) for name in ("intake", "scheduling", "medication", "notifications")]
    for batch in shuffled(streams, seed):
        await project(mixed, batch)
    assert await whole_contents(mixed) == await whole_contents(edge)
    for service in ("intake", "scheduling"):
        told = [(kind, version) for name, kind, version in await timeline_of(mixed, episode) if name == service]
        assert told == [(kind, version) for name, kind, version in await timeline_of(edge, episode) if name == service]


async def test_a_service_keeps_its_own_order_when_its_clock_steps_back(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = Episode(FACILITY, edge.clock.now()).refer()
    episode.later(hours=2).enter(Phase.SCREENING)
    episode.later(hours=-1).assess()
    await project(edge, episode.incoming)
    assert [version for _, _, version in await timeline_of(edge, episode)] == [1, 2, 3, 4]


async def test_a_fact_about_the_patient_belongs_to_the_episodes_open_at_its_time(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    former = Episode(FACILITY, edge.clock.now()).refer()
    former.permit(Channel.EMAIL)
    former.later(days=1).enter(Phase.CLOSED)
    latter = Episode(FACILITY, former.at + timedelta(days=30), patient_id=former.patient_id, versions=former.versions)
    latter.permit(Channel.SMS)
    latter.later(days=1).refer()
    latter.later(days=1).permit(Channel.EMAIL, permitted=False)
    await project(edge, [*former.incoming, *latter.incoming])
    changed = "contact_permission_changed"
    assert [kind for _, kind, _ in await timeline_of(edge, former)] == [
        "referral_received",
        changed,
        "episode_phase_changed",
    ]
    assert [kind for _, kind, _ in await timeline_of(edge, latter)] == ["referral_received", changed]


async def test_a_seat_given_back_and_booked_again_stands(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    starts_at = episode.at + timedelta(days=1)
    booking = episode.book(starts_at, Modality.FAMILY_THERAPY)
    episode.cancel(booking)
    await project(edge, episode.incoming)
    state = "select state from booking where booking_id = $1"
    assert await edge.value(state, booking) == "cancelled"
    before = len(episode.incoming)
    episode.book_again(booking, starts_at, Modality.FAMILY_THERAPY)
    await project(edge, episode.incoming[before:])
    assert await edge.value(state, booking) == "booked"


async def test_a_version_that_was_passed_over_is_counted(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    lost = [one for one in episode.incoming if one.envelope.version not in {1, 4, 5}]
    await project(edge, lost[:1])
    await project(edge, lost[1:])
    row = (await edge.rows("select version, missing from stream_seen where service = 'intake'"))[0]
    assert tuple(row) == (len(episode.incoming), 3)


async def test_a_batch_of_two_tenants_ends_up_apart(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    ours = Episode(FACILITY, edge.clock.now()).refer()
    theirs = Episode(FACILITY, edge.clock.now(), tenant=OTHER_TENANT).refer()
    await project(edge, [*ours.incoming, *theirs.incoming])
    assert await edge.value("select tenant_id from journey where episode_id = $1", ours.episode_id) == "riverbend"
    assert await edge.value("select tenant_id from journey where episode_id = $1", theirs.episode_id) == OTHER_TENANT
    async with edge.transactions(edge.person(Role.OPERATIONS)) as tx:
        seen = await tx.connection.fetch("select episode_id from journey")
    assert [row["episode_id"] for row in seen] == [ours.episode_id]


async def test_the_mark_moves_with_the_commit_and_not_before(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    mark = "select number from projection_mark"
    before = await edge.value(mark)
    episode = Episode(FACILITY, edge.clock.now()).refer()
    async with edge.transactions(service_caller("operations", "platform")) as tx:
        await Projected("operations", apply).handle(tx, episode.incoming)
        assert await edge.value(mark) == before
    assert await edge.value(mark) > before


async def test_the_timeline_keeps_codes_amounts_and_traces(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    episode.medicate()
    episode.discharge()
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.OPERATIONS)) as tx:
        detail = await journey_detail(tx, episode.episode_id)
        entries = (await latest_entries(tx, episode.episode_id, detail, most=100)).entries
        last_two = (await latest_entries(tx, episode.episode_id, detail, most=2)).entries
        traced = await latest_entries(tx, episode.episode_id, detail, only=EntryFilter(episode.trace), most=1)
    facts = {entry.type: entry.facts for entry in entries}
    assert facts["dose_observed"]["amount_mg"] == "4"
    assert facts["discharge_decided"]["reason"] == "completed"
    assert facts["contact_permission_changed"] == {"channel": "email", "permitted": "yes"}
    assert all(set(known) & {"patient_id", "episode_id", "facility_id"} == set() for known in facts.values())
    assert {entry.trace_id for entry in last_two} == {episode.trace}
    assert (len(traced.entries), traced.total) == (1, sum(entry.trace_id == episode.trace for entry in entries))
