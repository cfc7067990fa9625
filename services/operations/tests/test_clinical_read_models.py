"""The clinical read models on PostgreSQL: what each event makes of them, repeated, and in any order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.operations.tests.clinical_events import (
    acknowledge,
    authorize,
    close_crisis,
    complete_task,
    page,
    page_in_vain,
    raise_crisis,
    readmit,
    review_plan,
    screen,
    sign_plan,
    transfer,
)
from services.operations.tests.episode_events import OUTPATIENT, Episode, into_treatment
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.read_models import contents, shuffled
from stepwell_kernel.codes import AuthorizationState, FollowUp, Instrument, Phase, Role, SuicideRisk, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_operations.store.clinical import authorizations, latest_screens, plan_in_force
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.journeys import Linked, find_journey, linked_episodes, phase_before
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

TABLES = ("journey", "care_task", "screen", "crisis", "page", "payer_authorization", "treatment_plan")


def eventful(edge: ServiceEdge) -> Episode:
    """An episode in treatment with every clinical fact in it."""
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    screen(episode, Instrument.PHQ_9, 17, "moderately_severe", follow_ups=(FollowUp.PRESCRIBER_REVIEW,))
    plan = sign_plan(episode)
    authorization = authorize(episode, episode.at.date(), episode.at.date() + timedelta(days=30), units=0)
    crisis, paged = raise_crisis(episode), new_id()
    page(episode, crisis, paged, 1)
    episode.later(minutes=5)
    page(episode, crisis, paged, 2)
    episode.later(minutes=5)
    page_in_vain(episode, crisis, paged)
    page(episode, crisis, paged, 1)
    episode.later(minutes=1)
    acknowledge(episode, crisis, paged)
    close_crisis(episode, crisis)
    task = episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    episode.later(days=2).escalate_task(task, Role.SUPERVISOR)
    episode.later(days=1).escalate_task(task, Role.SUPERVISOR)
    complete_task(episode, task, "transport")
    episode.close_task(task, "withdrawn")
    screen(episode, Instrument.PHQ_9, 12, "moderate")
    screen(episode, Instrument.C_SSRS, None, "low", SuicideRisk.LOW)
    review_plan(episode, plan, goals=3, met=2)
    authorize(episode, episode.at.date(), episode.at.date() + timedelta(days=40), authorization_id=authorization)
    transfer(episode, OTHER_FACILITY, OUTPATIENT)
    readmit(episode.later(days=90).enter(Phase.CLOSED, program=OUTPATIENT))
    return episode


async def test_clinical_facts_applied_twice_change_nothing(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = eventful(edge)
    await project(edge, episode.incoming)
    once = await contents(edge, TABLES)
    await project(edge, episode.incoming)
    for one in reversed(episode.incoming):
        await project(edge, [one])
    assert await contents(edge, TABLES) == once
    assert {table: len(rows) for table, rows in once.items()} == {
        "journey": 2,
        "care_task": 2,
        "screen": 3,
        "crisis": 1,
        "page": 1,
        "payer_authorization": 1,
        "treatment_plan": 1,
    }


@pytest.mark.parametrize("seed", range(3))
async def test_clinical_facts_in_any_order_between_services_and_any_batches(open_edge: OpenEdge, seed: int) -> None:
    edge, mixed = await open_edge("operations"), await open_edge("operations")
    episode = eventful(edge)
    await project(edge, episode.incoming)
    for batch in shuffled([episode.of(name) for name in ("intake", "notifications")], seed):
        await project(mixed, batch)
    assert await contents(mixed, TABLES) == await contents(edge, TABLES)


async def test_a_task_keeps_its_due_time_counts_escalations_and_ends_once(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    due_at = episode.at + timedelta(days=1)
    task = episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    episode.later(days=2).escalate_task(task, Role.SUPERVISOR)
    episode.later(days=2).escalate_task(task, Role.ADMINISTRATOR)
    await project(edge, episode.incoming)
    query = (
        "select due_at, escalated_to, escalation_due_at, escalations, state, outcome from care_task where task_id = $1"
    )
    waiting = (due_at, "administrator", episode.at + timedelta(hours=4), 2, "open", None)
    assert tuple((await edge.rows(query, task))[0]) == waiting
    before = len(episode.incoming)
    complete_task(episode, task, "transport")
    episode.close_task(task, "withdrawn")
    await project(edge, episode.incoming[before:])
    assert tuple((await edge.rows(query, task))[0]) == (*waiting[:4], "closed", "transport")


async def test_the_latest_screen_of_each_instrument_comes_with_the_total_before(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    screen(episode, Instrument.PHQ_9, 17, "moderately_severe")
    screen(episode, Instrument.GAD_7, 9, "mild")
    screen(episode.later(days=14), Instrument.PHQ_9, 12, "moderate")
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        found = await latest_screens(tx, episode.episode_id)
    assert [(one.instrument, one.total, one.band_code, one.previous_total) for one in found] == [
        ("phq_9", 12, "moderate", 17),
        ("gad_7", 9, "mild", None),
    ]
    assert found[0].at == episode.at


async def test_a_crisis_is_open_until_closed_and_knows_its_page(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    crisis, paged = raise_crisis(episode), new_id()
    page(episode.later(minutes=1), crisis, paged, 1)
    page_in_vain(episode.later(minutes=5), crisis, paged)
    unanswered_at = episode.at
    page(episode.later(minutes=5), crisis, paged, 2)
    # The pages are known here before the crisis is.
    await project(edge, episode.of("notifications"))
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        assert await open_crises(tx) == []
    await project(edge, episode.of("intake"))
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        (found,) = await open_crises(tx)
    assert (found.crisis_id, found.episode_id, found.facility_id) == (crisis, episode.episode_id, FACILITY)
    assert found.command == f"POST /v1/episodes/{episode.episode_id}/crises/{crisis}/disposition"
    assert found.page is not None
    assert (found.page.state, found.page.level) == ("sent", 2)
    assert (found.page.changed_at, found.page.unanswered_at) == (episode.at, unanswered_at)
    before = len(episode.incoming)
    acknowledge(episode, crisis, paged)
    await project(edge, episode.incoming[before:])
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        (found,) = await open_crises(tx, episode_id=episode.episode_id)
    assert found.page is not None
    assert (found.page.state, found.page.level) == ("acknowledged", 2)
    before = len(episode.incoming)
    close_crisis(episode, crisis)
    await project(edge, episode.incoming[before:])
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        assert await open_crises(tx) == []
    assert await edge.value("select disposition from crisis") == "safety_plan"


async def test_the_plan_in_force_is_the_one_signed_last(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    former = sign_plan(episode)
    review_plan(episode.later(days=14), former, goals=3, met=1)
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        plan = await plan_in_force(tx, episode.episode_id)
    assert plan is not None
    assert (plan.plan_id, plan.reviewed_at, plan.goals, plan.goals_met) == (former, episode.at, 3, 1)
    before = len(episode.incoming)
    latter = sign_plan(episode.later(days=1))
    await project(edge, episode.incoming[before:])
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        plan = await plan_in_force(tx, episode.episode_id)
    assert plan is not None
    assert (plan.plan_id, plan.signed_at, plan.reviewed_at) == (latter, episode.at, None)


async def test_a_payers_last_answer_counts(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    first, last = episode.at.date(), episode.at.date() + timedelta(days=30)
    asked = authorize(episode, first, last, state=AuthorizationState.PENDED, units=20)
    authorize(episode, first, last, authorization_id=asked)
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        found = await authorizations(tx, episode.episode_id)
    assert [(one.state, one.units, one.covers_from, one.covers_to) for one in found] == [("approved", 12, first, last)]


async def test_a_transfer_moves_the_journey_and_keeps_its_phase(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    entered = episode.at
    transfer(episode.later(days=3), OTHER_FACILITY, OUTPATIENT)
    await project(edge, episode.incoming)
    async with edge.transactions(edge.person(Role.OPERATIONS)) as tx:
        row = await find_journey(tx, episode.episode_id)
        before = await phase_before(tx, episode.patient_id, episode.episode_id)
    assert (row.facility_id, row.program_id, row.phase) == (OTHER_FACILITY, OUTPATIENT, "treatment")
    assert (row.since, before) == (entered, Phase.ADMISSION)


async def test_a_readmission_links_both_episodes_for_whom_may_see_them(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    former = into_treatment(Episode(FACILITY, edge.clock.now())).later(days=30).enter(Phase.AFTERCARE)
    latter = readmit(former.later(days=9), OTHER_FACILITY)
    await project(edge, former.incoming)
    everywhere = edge.person(Role.OPERATIONS)
    async with edge.transactions(everywhere) as tx:
        assert await linked_episodes(tx, latter.episode_id) == Linked(former.episode_id, ())
        assert await linked_episodes(tx, former.episode_id) == Linked(None, (latter.episode_id,))
    async with edge.transactions(replace(everywhere, facilities=frozenset({FACILITY}))) as tx:
        assert await linked_episodes(tx, former.episode_id) == Linked(None, ())
