"""The search: an id of any kind leads to its episodes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.operations.tests.clinical_events import authorize, page, raise_crisis, readmit, sign_plan
from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.network_events import Timetable, clinic, reply, send
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from stepwell_kernel.codes import Channel, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_operations.api.search import search_router
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge
from stepwell_testing.plugin import OpenEdge

KINDS = (
    "episode",
    "patient",
    "booking",
    "task",
    "message",
    "crisis",
    "page",
    "plan",
    "reply",
    "authorization",
    "event",
    "trace",
)


def findable(edge: ServiceEdge, facility_id: UUID = FACILITY) -> tuple[Episode, dict[str, UUID]]:
    """An episode, and an id of each kind that leads to it."""
    episode = into_treatment(Episode(facility_id, edge.clock.now()))
    crisis, paged = raise_crisis(episode), new_id()
    page(episode, crisis, paged, 1)
    ids = {
        "episode": episode.episode_id,
        "patient": episode.patient_id,
        "booking": episode.book(episode.at),
        "task": episode.open_task(TaskKind.PLAN_REVIEW, Role.COUNSELOR, days=1),
        "message": send(episode),
        "crisis": crisis,
        "page": paged,
        "plan": sign_plan(episode),
        "reply": reply(episode),
        "authorization": authorize(episode, episode.at.date(), episode.at.date()),
    }
    return episode, ids | {"event": episode.incoming[-1].id, "trace": UUID(episode.trace)}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_id_of_any_kind_leads_to_its_episode(open_edge: OpenEdge, kind: str) -> None:
    edge = await open_edge("operations")
    episode, ids = findable(edge)
    other, _ = findable(edge, OTHER_FACILITY)
    await project(edge, [*episode.incoming, *other.incoming])
    app = edge.app(search_router)
    token = app.person(new_id(), Role.COUNSELOR, facilities=(FACILITY,))
    answer = await app.call("GET", "/v1/search", token=token, params={"id": str(ids[kind])})
    assert answer.json() == {
        "episodes": [
            {
                "kind": kind,
                "episode_id": str(episode.episode_id),
                "facility_id": str(FACILITY),
                "phase": "treatment",
            }
        ],
        "facilities": [],
    }


async def test_an_id_of_a_place_leads_to_its_facility_within_ones_own(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    timetable, group = Timetable(FACILITY, edge.clock.now()), new_id()
    session = timetable.meet(group, datetime(2026, 3, 9, 3, 15, tzinfo=UTC))
    about = clinic(FACILITY, "Riverbend Center", edge.clock.now(), [(group, 8, None)])
    await project(edge, [*about, *timetable.incoming])
    app = edge.app(search_router)
    token = app.person(new_id(), Role.COUNSELOR, facilities=(FACILITY,))
    strangers = (
        app.person(new_id(), Role.COUNSELOR, facilities=(OTHER_FACILITY,)),
        app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT),
    )
    for kind, identifier, day in (
        ("facility", FACILITY, None),
        ("group", group, None),
        ("session", session, "2026-03-08"),
    ):
        answer = await app.call("GET", "/v1/search", token=token, params={"id": str(identifier)})
        found = {"kind": kind, "facility_id": str(FACILITY), "neutral_name": "Riverbend Center", "day": day}
        assert answer.json() == {"episodes": [], "facilities": [found]}
        for stranger in strangers:
            unseen = await app.call("GET", "/v1/search", token=stranger, params={"id": str(identifier)})
            assert (unseen.status_code, unseen.json()["code"]) == (404, "nothing_found")


async def test_a_patient_and_a_fact_about_them_lead_to_all_their_episodes(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    former = into_treatment(Episode(FACILITY, edge.clock.now()))
    latter = readmit(former.later(days=9), OTHER_FACILITY)
    latter.permit(Channel.SMS)
    await project(edge, former.incoming)
    app = edge.app(search_router)
    for identifier, kind in ((former.patient_id, "patient"), (latter.incoming[-1].id, "event")):
        for facilities, found in (((), [latter, former]), ((FACILITY,), [former])):
            token = app.person(new_id(), Role.SUPERVISOR, facilities=facilities)
            answer = await app.call("GET", "/v1/search", token=token, params={"id": str(identifier)})
            told = [(one["kind"], one["episode_id"]) for one in answer.json()["episodes"]]
            assert told == [(kind, str(one.episode_id)) for one in found]


async def test_a_trace_leads_to_each_episode_that_it_went_through_within_ones_facilities(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, there, apart = (
        into_treatment(Episode(facility, edge.clock.now())) for facility in (FACILITY, OTHER_FACILITY, OTHER_FACILITY)
    )
    here.later(hours=1).assess()
    there.later(hours=1).trace = here.trace
    there.assess()
    apart.later(hours=1).assess()
    await project(edge, [*here.incoming, *there.incoming, *apart.incoming])
    app = edge.app(search_router)
    for facilities, found in (((FACILITY,), [here]), ((OTHER_FACILITY,), [there]), ((), [here, there])):
        token = app.person(new_id(), Role.SUPERVISOR, facilities=facilities)
        answer = await app.call("GET", "/v1/search", token=token, params={"id": here.trace})
        told = sorted((one["kind"], one["episode_id"]) for one in answer.json()["episodes"])
        assert told == sorted(("trace", str(one.episode_id)) for one in found)
    token = app.person(new_id(), Role.SUPERVISOR, facilities=(FACILITY,))
    unseen = await app.call("GET", "/v1/search", token=token, params={"id": apart.trace})
    assert (unseen.status_code, unseen.json()["code"]) == (404, "nothing_found")


async def test_what_is_no_id_is_refused_and_an_unknown_one_not_found(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    app = edge.app(search_router)
    token = app.person(new_id(), Role.COUNSELOR)
    refused = await app.call("GET", "/v1/search", token=token, params={"id": "7"})
    assert (refused.status_code, [one["path"] for one in refused.json()["fields"]]) == (422, ["query.id"])
    missing = await app.call("GET", "/v1/search", token=token, params={"id": str(new_id())})
    assert (missing.status_code, missing.json()["code"]) == (404, "nothing_found")
