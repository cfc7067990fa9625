"""Who may see what: every route of the API and page of the console for every role, every service, and nobody."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.network_events import clinic
from services.operations.tests.open_console import FACILITY, OpenConsole, project
from services.operations.tests.whole_api import whole_api
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge

WATCHERS = {
    Role.OPERATIONS,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
    Role.COUNSELOR,
    Role.INTAKE_COORDINATOR,
    Role.UTILIZATION_REVIEWER,
}

#: Each route with the roles that may ask; whoever is not named may not.
ROUTES: Mapping[str, set[Role]] = {
    "/v1/status": WATCHERS,
    "/v1/health": WATCHERS,
    "/v1/journeys": WATCHERS,
    "/v1/journeys/{episode_id}": WATCHERS,
    "/v1/search": WATCHERS,
    "/v1/figures": WATCHERS,
    "/v1/report": WATCHERS,
    "/v1/messages": WATCHERS - {Role.UTILIZATION_REVIEWER},
    "/v1/worklist": set(Role),
    "/v1/facilities": set(Role),
    "/v1/facilities/{facility_id}": set(Role),
}

#: The pages of the console in the same way; `/` leads whoever it does not suit to the first page that does.
PAGES: Mapping[str, set[Role]] = {
    "/": WATCHERS,
    "/facilities": set(Role),
    "/facilities/{facility_id}": set(Role),
    "/journeys": WATCHERS,
    "/journeys/{episode_id}": WATCHERS,
    "/messages": WATCHERS - {Role.UTILIZATION_REVIEWER},
    "/worklist": set(Role),
    "/figures": WATCHERS,
    "/search": WATCHERS,
}

SERVICES = {"operations": 200, "cli": 200, "intake": 403, "scheduling": 403, "simulation": 403}


async def one_episode(edge: ServiceEdge) -> UUID:
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    await project(edge, [*clinic(FACILITY, "Riverbend Center", edge.clock.now()), *episode.incoming])
    return episode.episode_id


async def statuses(app: TestApp, episode_id: UUID, token: str) -> dict[str, int]:
    found = {}
    for route in ROUTES:
        path = route.format(episode_id=episode_id, facility_id=FACILITY)
        params = {"id": str(episode_id)} if route == "/v1/search" else {}
        found[route] = (await app.call("GET", path, token=token, params=params)).status_code
    return found


async def test_the_matrix_names_every_route(open_edge: OpenEdge) -> None:
    async with whole_api(await open_edge("operations")) as app:
        description = (await app.http.get("/openapi.json")).json()
    assert {path for path in description["paths"] if path.startswith("/v1/")} == set(ROUTES)


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_sees_its_routes_and_no_other(open_edge: OpenEdge, role: Role) -> None:
    edge = await open_edge("operations")
    episode_id = await one_episode(edge)
    expected = {route: 200 if role in roles else 403 for route, roles in ROUTES.items()}
    async with whole_api(edge) as app:
        token = app.person(new_id(), role, facilities=(FACILITY,))
        assert await statuses(app, episode_id, token) == expected
        assert await statuses(app, episode_id, app.person(new_id(), role)) == expected
    denied = await edge.value("select count(*) from audit where outcome = 'not_granted'")
    assert denied == 2 * list(expected.values()).count(403)


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_opens_its_pages_and_lands_on_the_first_of_them(console: OpenConsole, role: Role) -> None:
    episode_id = await one_episode(console.edge)
    browser = await console.in_role(role)
    for page, roles in PAGES.items():
        path = page.format(episode_id=episode_id, facility_id=FACILITY)
        answer = await browser.get(path, params={"id": str(new_id())} if page == "/search" else {})
        if page == "/search" and role in roles:
            assert answer.status_code == 404
        elif page == "/" and role not in roles:
            assert (answer.status_code, answer.headers["location"]) == (303, "/facilities")
        else:
            assert answer.status_code == (200 if role in roles else 403), path


async def test_who_has_no_role_lands_on_a_refusal(console: OpenConsole) -> None:
    episode_id = await one_episode(console.edge)
    browser = await console.in_role()
    for page in PAGES:
        path = page.format(episode_id=episode_id, facility_id=FACILITY)
        assert (await browser.get(path)).status_code == 403, path


async def test_who_has_no_role_sees_nothing(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode_id = await one_episode(edge)
    async with whole_api(edge) as app:
        assert set((await statuses(app, episode_id, app.person(new_id()))).values()) == {403}
        assert set((await statuses(app, episode_id, app.person(new_id(), "owner"))).values()) == {403}
        assert set((await statuses(app, episode_id, "x.y.z")).values()) == {401}


async def test_an_unknown_facility_is_the_same_for_whoever_may_look_and_not(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode_id = await one_episode(edge)
    async with whole_api(edge) as app:
        token = app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT)
        found = await statuses(app, episode_id, token)
        assert {route for route, status in found.items() if status == 404} == {
            "/v1/journeys/{episode_id}",
            "/v1/facilities/{facility_id}",
            "/v1/search",
        }


@pytest.mark.parametrize(("name", "status"), SERVICES.items())
async def test_services_that_may_look(open_edge: OpenEdge, name: str, status: int) -> None:
    edge = await open_edge("operations")
    episode_id = await one_episode(edge)
    async with whole_api(edge) as app:
        assert set((await statuses(app, episode_id, app.service(name))).values()) == {status}
