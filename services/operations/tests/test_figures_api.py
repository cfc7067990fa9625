"""Figures and report over HTTP: weeks, first contact, outcomes, events, tasks by timeliness."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from services.operations.tests.clinical_events import complete_task, transfer
from services.operations.tests.episode_events import OUTPATIENT, STAFF, Episode, into_treatment, week_of_care
from services.operations.tests.network_events import ZONE, clinic, decline, lapse, send
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.whole_api import told
from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_kernel.codes import Channel, Phase, Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at, resolve
from stepwell_operations.api.figures import figures_router
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge


async def asked(edge: ServiceEdge, path: str, **params: str) -> Any:
    app = edge.app(figures_router)
    return await told(app, app.person(new_id(), Role.UTILIZATION_REVIEWER), path, **params)


def reached(edge: ServiceEdge, hours: float, days_ago: float = 20) -> Episode:
    """Somebody who was referred so many days ago, and reached so many hours after that."""
    episode = Episode(FACILITY, edge.clock.now() - timedelta(days=days_ago)).refer()
    episode.later(hours=hours).tell(FirstContactRecorded(episode_id=episode.episode_id, contacted_by=STAFF))
    return episode


def transferred(edge: ServiceEdge) -> Episode:
    """Somebody who went from FACILITY to OTHER_FACILITY in the middle of their second week; a third one followed."""
    episode = week_of_care(into_treatment(Episode(FACILITY, edge.clock.now() - timedelta(days=30))))
    second = episode.at.date()
    transfer(episode.later(days=3), OTHER_FACILITY, OUTPATIENT)
    episode.later(days=4).close_week(second, 360)
    return week_of_care(episode, missed=2)


async def test_first_contacts_fall_into_bands_with_their_median(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episodes = [reached(edge, hours) for hours in (0, 4, 4.5, 24, 60, 168, 169)]
    waiting = Episode(FACILITY, edge.clock.now()).refer()
    given_up = Episode(FACILITY, edge.clock.now()).refer()
    given_up.enter(Phase.CLOSED)
    await project(edge, [one for episode in (*episodes, waiting, given_up) for one in episode.incoming])
    found = await asked(edge, "/v1/figures")
    assert [(one["from_hours"], one["to_hours"], one["referrals"]) for one in found["first_contact"]] == [
        (0, 4, 2),
        (4, 24, 2),
        (24, 48, 0),
        (48, 72, 1),
        (72, 168, 1),
        (168, None, 1),
    ]
    assert (found["first_contact_median_hours"], found["not_reached"]) == (24.0, 1)
    nowhere = await asked(edge, "/v1/figures", facility_id=str(OTHER_FACILITY))
    assert (nowhere["first_contact_median_hours"], nowhere["not_reached"]) == (None, 0)
    assert {one["referrals"] for one in nowhere["first_contact"]} == {0}


async def test_first_contacts_are_those_of_the_days_of_the_census(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    now = edge.clock.now()
    first = local_at(now, ZONE).date() - timedelta(days=59)
    before_midnight = (now - resolve(datetime.combine(first, time()), ZONE)) / timedelta(days=1) + 1 / 24
    contacts = reached(edge, 2, before_midnight), reached(edge, 0.5, before_midnight), reached(edge, 100, 300)
    happened = [one for episode in contacts for one in episode.incoming]
    await project(edge, [*clinic(FACILITY, "Riverbend Center", now), *happened])
    found = await asked(edge, "/v1/figures")
    assert found["census"][0]["day"] == first.isoformat()
    assert sum(one["referrals"] for one in found["first_contact"]) == 1
    assert found["first_contact_median_hours"] == 2.0


async def test_weeks_are_counted_by_the_day_on_which_they_began(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    now = edge.clock.now()
    begun = [Episode(FACILITY, now - timedelta(days=days)) for days in (9, 9, 8, 100)]
    for episode, missed in zip(begun, (0, 1, 0, 0), strict=True):
        week_of_care(episode.refer().enter(Phase.TREATMENT), sessions=5, missed=missed)
    happened = [one for episode in begun for one in episode.incoming]
    await project(edge, [*clinic(FACILITY, "Riverbend Center", now), *happened])
    found = await asked(edge, "/v1/figures")
    assert found["weeks"] == [
        {"week_starts_on": "2026-02-21", "episodes": 2, "met": 1, "required_minutes": 1080, "attended_minutes": 1080},
        {"week_starts_on": "2026-02-22", "episodes": 1, "met": 1, "required_minutes": 540, "attended_minutes": 600},
    ]
    assert len(found["census"]) == 60
    assert found["census"][-1] == {"day": "2026-03-02", "phases": {"treatment": 4}}
    whole = await asked(edge, "/v1/report")
    assert (whole["weeks"], whole["weeks_met"]) == (4, 3)
    assert (whole["required_minutes"], whole["attended_minutes"]) == (2160, 2280)


async def test_a_transfer_moves_no_week_and_no_first_contact_that_was_before_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    await project(edge, transferred(edge).incoming)
    own = {FACILITY: ([480, 360], 1), OTHER_FACILITY: ([240], 0), None: ([480, 360, 240], 1)}
    for facility, (attended, reached_here) in own.items():
        params = {"facility_id": str(facility)} if facility else {}
        found = await asked(edge, "/v1/figures", **params)
        assert [one["attended_minutes"] for one in found["weeks"]] == attended
        assert sum(one["referrals"] for one in found["first_contact"]) == reached_here
        whole = await asked(edge, "/v1/report", **params)
        assert (whole["weeks"], whole["attended_minutes"]) == (len(attended), sum(attended))


async def test_a_week_is_of_where_the_census_counts_its_first_day(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = transferred(edge)
    zones = [*clinic(FACILITY, "Riverbend Center", episode.at), *clinic(OTHER_FACILITY, "Hillside", episode.at)]
    await project(edge, [*zones, *episode.incoming])
    for facility in (FACILITY, OTHER_FACILITY):
        found = await asked(edge, "/v1/figures", facility_id=str(facility))
        census = {one["day"]: one["phases"] for one in found["census"]}
        assert found["weeks"]
        assert [census[one["week_starts_on"]] for one in found["weeks"]] == [{"treatment": 1}] * len(found["weeks"])


async def test_a_report_counts_outcomes_events_and_messages(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    now = edge.clock.now()
    completed, back, declined, treated, away = (
        into_treatment(Episode(facility, now - timedelta(days=30))) for facility in (*[FACILITY] * 4, OTHER_FACILITY)
    )
    completed.discharge()
    completed.enter(Phase.AFTERCARE).later(days=1).enter(Phase.CLOSED)
    back.discharge()
    back.enter(Phase.AFTERCARE).later(days=1).enter(Phase.TREATMENT)
    decline(declined)
    declined.enter(Phase.DECLINED).later(days=1).enter(Phase.CLOSED)
    send(treated, delivered=True)
    lapse(treated)
    treated.permit(Channel.SMS)
    await project(edge, [one for episode in (completed, back, declined, treated, away) for one in episode.incoming])
    found = await asked(edge, "/v1/report", facility_id=str(FACILITY))
    assert found["episodes"] == 4
    assert found["outcomes"] == {"treatment": 2, "completed": 1, "declined": 1}
    assert found["messages"] == {"delivered": 1, "lapsed": 1}
    assert (found["events"]["referral_received"], found["events"]["discharge_decided"]) == (4, 2)
    # One at each start, and one more.
    assert found["events"]["contact_permission_changed"] == 5
    published = sum(len(episode.incoming) for episode in (completed, back, declined, treated))
    assert sum(found["events"].values()) == published
    everywhere = await asked(edge, "/v1/report")
    assert (everywhere["episodes"], everywhere["outcomes"]["treatment"]) == (5, 3)


@pytest.mark.parametrize(("allowed", "in_time"), [("0", 2), ("6", 1), ("48.5", 0)])
async def test_tasks_that_had_the_time_allowed_are_in_time_late_withdrawn_or_open(
    open_edge: OpenEdge, allowed: str, in_time: int
) -> None:
    edge = await open_edge("operations")
    episode = Episode(FACILITY, edge.clock.now() - timedelta(days=10)).refer()
    kind, role = TaskKind.OUTREACH_CALL, Role.COUNSELOR
    short, done, late, withdrawn = (episode.open_task(kind, role, hours=hours) for hours in (5, 48, 60, 60))
    episode.open_task(kind, role, days=9)
    episode.open_task(kind, role, days=20)
    episode.later(hours=5).close_task(short)
    complete_task(episode.later(hours=43), done, "reached")
    episode.later(hours=12).close_task(withdrawn, "phase_changed")
    episode.later(minutes=1).close_task(late)
    await project(edge, episode.incoming)
    (row,) = (await asked(edge, "/v1/report", allowed_hours=allowed))["tasks"]
    assert row == {"kind": kind, "in_time": in_time, "late": 1, "withdrawn": 1, "open": 2, "overdue": 1}


async def test_an_empty_network_has_empty_figures(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    found = await asked(edge, "/v1/report")
    assert found == {
        "episodes": 0,
        "outcomes": {},
        "events": {},
        "weeks": 0,
        "weeks_met": 0,
        "required_minutes": 0,
        "attended_minutes": 0,
        "messages": {},
        "tasks": [],
    }
    assert all(one["phases"] == {} for one in (await asked(edge, "/v1/figures"))["census"])


@pytest.mark.parametrize("hours", ["-1", "nan", "1e9"])
async def test_a_time_that_no_task_has_is_refused(open_edge: OpenEdge, hours: str) -> None:
    edge = await open_edge("operations")
    app = edge.app(figures_router)
    token = app.person(new_id(), Role.OPERATIONS)
    answer = await app.call("GET", "/v1/report", token=token, params={"allowed_hours": hours})
    assert (answer.status_code, [one["path"] for one in answer.json()["fields"]]) == (422, ["query.allowed_hours"])
