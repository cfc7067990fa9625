"""Journeys over HTTP: who sees which, page by page, and what is refused."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.operations.tests.episode_events import Episode, into_treatment, week_of_care
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.whole_api import silent_journeys_router
from stepwell_kernel.codes import Phase, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge


def operations_app(edge: ServiceEdge) -> TestApp:
    return edge.app(silent_journeys_router)


async def three_episodes(edge: ServiceEdge) -> tuple[Episode, Episode, Episode]:
    """One in treatment here, a referral at the other facility a day later, a closed one here a day before."""
    now = edge.clock.now()
    here, there, closed = (
        into_treatment(Episode(FACILITY, now)),
        Episode(OTHER_FACILITY, now + timedelta(days=3)).refer(),
        Episode(FACILITY, now - timedelta(days=1)).refer(),
    )
    closed.later(hours=1).enter(Phase.CLOSED)
    here.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=-3)
    there.open_task(TaskKind.REFERRAL_CONTACT, Role.INTAKE_COORDINATOR, days=1)
    for episode in (here, there, closed):
        await project(edge, episode.incoming)
    return here, there, closed


async def test_journeys_are_listed_the_latest_changed_first(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, there, closed = await three_episodes(edge)
    app = operations_app(edge)
    answer = await app.call("GET", "/v1/journeys", token=app.person(new_id(), Role.OPERATIONS))
    assert answer.status_code == 200
    found = answer.json()
    ids = [row["episode_id"] for row in found["journeys"]]
    assert ids == [str(there.episode_id), str(here.episode_id), str(closed.episode_id)]
    assert (found["total"], found["next_cursor"]) == (3, None)


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"phase": "treatment"}, 1),
        ({"phase": "closed"}, 1),
        ({"phase": "waitlisted"}, 0),
        ({"facility_id": str(FACILITY)}, 2),
        ({"facility_id": str(FACILITY), "phase": "referral"}, 0),
        ({"facility_id": "0193a000-0000-7000-8000-00000000ffff"}, 0),
        ({"overdue": "true"}, 1),
        ({"overdue": "false"}, 3),
        ({"overdue": "true", "facility_id": str(OTHER_FACILITY)}, 0),
    ],
)
async def test_a_list_is_narrowed(open_edge: OpenEdge, params: dict[str, str], count: int) -> None:
    edge = await open_edge("operations")
    await three_episodes(edge)
    app = operations_app(edge)
    token = app.person(new_id(), Role.SUPERVISOR)
    found = (await app.call("GET", "/v1/journeys", token=token, params=params)).json()
    assert (len(found["journeys"]), found["total"]) == (count, count)


async def test_pages_follow_each_other_without_gap_or_repeat(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    # Three pairs, each changed at one instant.
    episodes = [Episode(FACILITY, edge.clock.now() + timedelta(hours=index // 2)).refer() for index in range(6)]
    for episode in episodes:
        await project(edge, episode.incoming)
    app = operations_app(edge)
    token = app.person(new_id(), Role.OPERATIONS)
    whole = (await app.call("GET", "/v1/journeys", token=token)).json()["journeys"]
    collected, params = [], {"limit": "1"}
    while True:
        page = (await app.call("GET", "/v1/journeys", token=token, params=params)).json()
        assert page["total"] == 6
        collected += page["journeys"]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert collected == whole
    assert len(collected) == 6


async def test_a_journey_is_told_with_tasks_weeks_streams_and_timeline(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = week_of_care(into_treatment(Episode(FACILITY, edge.clock.now())), missed=1)
    episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    await project(edge, episode.incoming)
    app = operations_app(edge)
    token = app.person(new_id(), Role.COUNSELOR, facilities=(FACILITY,))
    found = (await app.call("GET", f"/v1/journeys/{episode.episode_id}", token=token)).json()
    assert found["journey"]["phase"] == "treatment"
    assert [task["kind"] for task in found["tasks"]] == ["weekly_hours_short"]
    assert [(week["attended_minutes"], week["shortfall_minutes"]) for week in found["weeks"]] == [(360, 180)]
    assert {row["service"]: row["version"] for row in found["streams"]} == dict(episode.versions)
    assert not any(row["missing"] for row in found["streams"])
    assert len(found["timeline"]) == len(episode.incoming)
    assert found["timeline"][0]["type"] == "referral_received"
    assert "patient_id" not in found["journey"]


async def test_a_facility_bounds_list_count_and_detail(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, there, _ = await three_episodes(edge)
    app = operations_app(edge)
    token = app.person(new_id(), Role.COUNSELOR, facilities=(FACILITY,))
    listed = (await app.call("GET", "/v1/journeys", token=token)).json()
    assert there.episode_id not in {UUID(row["episode_id"]) for row in listed["journeys"]}
    assert (len(listed["journeys"]), listed["total"]) == (2, 2)
    assert (await app.call("GET", f"/v1/journeys/{here.episode_id}", token=token)).status_code == 200
    refused = await app.call("GET", f"/v1/journeys/{there.episode_id}", token=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "facility_out_of_scope")
    asked = await app.call("GET", "/v1/journeys", token=token, params={"facility_id": str(OTHER_FACILITY)})
    assert (asked.status_code, asked.json()["code"]) == (403, "facility_out_of_scope")
    denied = await edge.rows("select resource_kind, outcome from audit where outcome <> 'done' order by stamped_at")
    assert [tuple(row) for row in denied] == [
        ("journey", "facility_out_of_scope"),
        ("facility", "facility_out_of_scope"),
    ]


async def test_another_tenant_sees_none_of_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, *_ = await three_episodes(edge)
    app = operations_app(edge)
    token = app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT)
    listed = (await app.call("GET", "/v1/journeys", token=token)).json()
    assert (listed["journeys"], listed["total"]) == ([], 0)
    refused = await app.call("GET", f"/v1/journeys/{here.episode_id}", token=token)
    assert (refused.status_code, refused.json()["code"]) == (404, "journey_not_found")


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        ("/v1/journeys?phase=bliss", "request_invalid", "query.phase"),
        ("/v1/journeys?facility_id=7", "request_invalid", "query.facility_id"),
        ("/v1/journeys?limit=0", "request_invalid", "query.limit"),
        ("/v1/journeys?limit=501", "request_invalid", "query.limit"),
        ("/v1/journeys?cursor=abc", "cursor_malformed", "cursor"),
        ("/v1/journeys/7", "request_invalid", "path.episode_id"),
    ],
)
async def test_what_cannot_be_right_is_named(open_edge: OpenEdge, path: str, code: str, field: str) -> None:
    edge = await open_edge("operations")
    app = operations_app(edge)
    answer = await app.call("GET", path, token=app.person(new_id(), Role.OPERATIONS))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [one["path"] for one in answer.json()["fields"]] == [field]


async def test_nobody_is_let_in_without_a_token(open_edge: OpenEdge) -> None:
    app = operations_app(await open_edge("operations"))
    answer = await app.call("GET", "/v1/journeys", token="x.y.z")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
