"""A person of one facility, or of another organisation, learns nothing of the rest: rows, counts, figures, search.

Two facilities of one tenant and one of another have the same lives; what each of three people is told must be what
they were told if the others were not there.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.operations.tests.clinical_events import page, raise_crisis, sign_plan, transfer
from services.operations.tests.episode_events import OUTPATIENT, Episode, into_treatment, week_of_care
from services.operations.tests.network_events import Timetable, clinic, lapse, reply, seat, send, wait_for
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.whole_api import told, whole_api
from stepwell_kernel.codes import Channel, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_messaging.incoming import Incoming
from stepwell_testing.edge import OTHER_TENANT, TENANT
from stepwell_testing.plugin import OpenEdge

ELSEWHERE = UUID("0193b000-0000-7000-8000-000000000001")
PLACES = ((FACILITY, TENANT), (OTHER_FACILITY, TENANT), (ELSEWHERE, OTHER_TENANT))

LISTS = (
    "/v1/journeys",
    "/v1/journeys?overdue=true",
    "/v1/worklist",
    "/v1/worklist?role=counselor",
    "/v1/facilities",
    "/v1/messages",
    "/v1/figures",
    "/v1/report",
    "/v1/status",
)

#: The lists that can be narrowed to a facility, by the parameter that does it.
NARROWED = (
    "/v1/journeys?facility_id={}",
    "/v1/worklist?facility={}",
    "/v1/messages?facility_id={}",
    "/v1/figures?facility_id={}",
    "/v1/report?facility_id={}",
)


class Life:
    """What happens at a facility: some of everything that any view tells of."""

    def __init__(self, facility_id: UUID, tenant: str, at: datetime, episodes: int) -> None:
        group = new_id()
        timetable = Timetable(facility_id, at, tenant)
        session = timetable.meet(group, at + timedelta(hours=2))
        self.facility_id = facility_id
        self.ids: list[UUID] = []
        self.places = (facility_id, group, session)
        self.incoming: list[Incoming] = [
            *clinic(facility_id, f"Center {str(facility_id)[-4:]}", at, [(group, 10, None)], tenant),
            *timetable.incoming,
        ]
        lived = [into_treatment(Episode(facility_id, at - timedelta(days=30), tenant)) for _ in range(episodes)]
        for episode in lived:
            self._live(episode, session, group, at)
            self.incoming += episode.incoming
        self.incoming += Episode(facility_id, at, tenant).refer().incoming
        self.episode = lived[0]
        self.incoming = [_at_own_programs(one, facility_id) for one in self.incoming]

    def _live(self, episode: Episode, session: UUID, group: UUID, at: datetime) -> None:
        week_of_care(episode, missed=1)
        crisis, paged = raise_crisis(episode), new_id()
        page(episode, crisis, paged, 1)
        task = episode.open_task(TaskKind.PLAN_REVIEW, Role.COUNSELOR, days=1)
        ids = (wait_for(episode, group), send(episode, delivered=True), lapse(episode), reply(episode))
        episode.permit(Channel.SMS)
        plan, booking = sign_plan(episode), seat(episode, session, at + timedelta(hours=2))
        self.ids += [episode.episode_id, episode.patient_id, crisis, paged, task, plan, booking, *ids[1:]]
        self.ids += [one.id for one in episode.incoming[-3:]]
        self.ids += [UUID(episode.trace)]


def _at_own_programs(one: Incoming, facility_id: UUID) -> Incoming:
    """The event with programs and tracks of this facility alone, which the builders of events share."""
    known = {name: getattr(one.event, name, None) for name in ("program_id", "track_id")}
    update = {name: uuid5(facility_id, str(value)) for name, value in known.items() if value}
    return replace(one, event=one.event.model_copy(update=update))


def lives(at: datetime) -> list[Life]:
    return [Life(facility, tenant, at, number) for number, (facility, tenant) in enumerate(PLACES, start=1)]


@pytest.mark.parametrize("own", range(len(PLACES)))
async def test_a_person_is_told_what_they_were_told_if_the_others_were_not_there(open_edge: OpenEdge, own: int) -> None:
    network, alone = await open_edge("operations"), await open_edge("operations")
    each = lives(network.clock.now())
    await project(network, [one for life in each for one in life.incoming])
    await project(alone, each[own].incoming)
    facility, tenant = PLACES[own]
    async with whole_api(network) as app, whole_api(alone) as by_itself:
        token = app.person(new_id(), Role.SUPERVISOR, facilities=(facility,), tenant=tenant)
        everywhere = by_itself.person(new_id(), Role.SUPERVISOR, tenant=tenant)
        paths = [*LISTS, *(path.format(facility) for path in NARROWED), f"/v1/facilities/{facility}"]
        for path in (*paths, f"/v1/journeys/{each[own].episode.episode_id}"):
            assert await told(app, token, path) == await told(by_itself, everywhere, path), path
        assert len((await told(app, token, "/v1/journeys"))["journeys"]) == own + 2


@pytest.mark.parametrize("own", range(len(PLACES)))
async def test_a_search_finds_what_is_ones_own_and_does_not_tell_whether_there_is_more(
    open_edge: OpenEdge, own: int
) -> None:
    edge = await open_edge("operations")
    each = lives(edge.clock.now())
    await project(edge, [one for life in each for one in life.incoming])
    facility, tenant = PLACES[own]
    async with whole_api(edge) as app:
        token = app.person(new_id(), Role.SUPERVISOR, facilities=(facility,), tenant=tenant)
        unknown = await app.call("GET", "/v1/search", token=token, params={"id": str(new_id())})
        for life in each:
            for identifier in (*life.ids, *life.places):
                answer = await app.call("GET", "/v1/search", token=token, params={"id": str(identifier)})
                if life is each[own]:
                    found = answer.json()["episodes"] + answer.json()["facilities"]
                    assert {one["facility_id"] for one in found} == {str(facility)}
                else:
                    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_found")
                    assert _without_trace(answer.json()) == _without_trace(unknown.json())


def _without_trace(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "trace_id"}


@pytest.mark.parametrize("own", range(len(PLACES)))
async def test_another_facility_is_refused_and_another_organisations_is_not_there(
    open_edge: OpenEdge, own: int
) -> None:
    edge = await open_edge("operations")
    each = lives(edge.clock.now())
    await project(edge, [one for life in each for one in life.incoming])
    facility, tenant = PLACES[own]
    async with whole_api(edge) as app:
        token = app.person(new_id(), Role.SUPERVISOR, facilities=(facility,), tenant=tenant)
        for life, (other, their_tenant) in zip(each, PLACES, strict=True):
            if other == facility:
                continue
            for path in NARROWED:
                answer = await app.call("GET", path.format(other), token=token)
                assert (answer.status_code, answer.json()["code"]) == (403, "facility_out_of_scope"), path
            status = 403 if their_tenant == tenant else 404
            for path in (f"/v1/facilities/{other}", f"/v1/journeys/{life.episode.episode_id}"):
                assert (await app.call("GET", path, token=token)).status_code == status, path
            messages = await told(app, token, f"/v1/messages?episode_id={life.episode.episode_id}")
            assert (messages["messages"], messages["replies"], messages["total"]) == ([], [], 0)


async def test_a_transfer_leaves_each_facility_its_own_hours(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    at = edge.clock.now()
    episode = week_of_care(into_treatment(Episode(FACILITY, at - timedelta(days=30))), missed=1)
    before = len(episode.incoming)
    transfer(episode.later(days=1), OTHER_FACILITY, OUTPATIENT)
    week_of_care(episode)
    around = [one for facility, _ in PLACES[:2] for one in clinic(facility, "A center", at - timedelta(days=90))]
    await project(edge, [*around, *episode.incoming[:before]])
    async with whole_api(edge) as app:
        here, there = (app.person(new_id(), Role.SUPERVISOR, facilities=(one,)) for one, _ in PLACES[:2])
        hours = [await told(app, here, path) for path in ("/v1/figures", "/v1/report")]
        await project(edge, episode.incoming[before:])
        figures, report = [await told(app, here, path) for path in ("/v1/figures", "/v1/report")]
        for name in ("weeks", "first_contact", "first_contact_median_hours"):
            assert figures[name] == hours[0][name]
        for name in ("weeks", "weeks_met", "required_minutes", "attended_minutes"):
            assert report[name] == hours[1][name]
        theirs = await told(app, there, "/v1/figures")
        assert [one["attended_minutes"] for one in theirs["weeks"]] == [480]
        assert theirs["first_contact_median_hours"] is None
