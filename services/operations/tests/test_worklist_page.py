"""The worklist across services: as data, as a page and on the command line; what is on it, and for whom."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from services.operations.tests.clinical_events import raise_crisis
from services.operations.tests.episode_events import Episode, into_treatment, reference
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    NURSE,
    OPERATOR,
    OTHER_FACILITY,
    STRANGER,
    OpenConsole,
    parsed,
    project,
    texts,
)
from services.operations.tests.test_console_stream import following, next_of
from services.operations.tests.whole_api import told
from stepwell_kernel.codes import Role, TaskKind
from stepwell_kernel.ids import new_id
from stepwell_operations.api.worklist import worklist_router
from stepwell_runtime.http.cursor import to_cursor
from stepwell_testing.edge import OTHER_TENANT, ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge

ROLES = ".//nav[@aria-label='Role']/a"
CRISES = ".//section[@class='crises']"
ROWS = ".//table[@class='worklist']/tbody/tr"
WEST = timezone(timedelta(hours=-12))


async def two_facilities(edge: ServiceEdge) -> tuple[Episode, Episode]:
    """Here an escalated task that is late, one to come and a task done; there a late task and a crisis."""
    now = edge.clock.now()
    here, there = (
        into_treatment(Episode(facility, now - timedelta(days=5))) for facility in (FACILITY, OTHER_FACILITY)
    )
    late = here.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    here.open_task(TaskKind.AUTHORIZATION_REVIEW, Role.UTILIZATION_REVIEWER, days=9)
    done = here.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=3)
    here.later(hours=1).close_task(done)
    here.at = now
    here.escalate_task(late, Role.SUPERVISOR)
    there.open_task(TaskKind.PLAN_SIGNATURE, Role.COUNSELOR, days=2)
    raise_crisis(there)
    names = ((FACILITY, "Riverbend Center"), (OTHER_FACILITY, "Riverbend North"))
    clinics = [one for facility, name in names for one in reference(facility, name, "America/New_York", now)]
    await project(edge, [*clinics, *here.incoming, *there.incoming])
    return here, there


def worklist_app(edge: ServiceEdge) -> TestApp:
    return edge.app(worklist_router)


async def asked(app: TestApp, token: str, **params: str) -> Any:
    return await told(app, token, "/v1/worklist", **params)


async def test_open_tasks_come_the_earliest_due_first_each_once(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, there = await two_facilities(edge)
    app = worklist_app(edge)
    found = await asked(app, app.person(new_id(), Role.OPERATIONS))
    assert [(row["kind"], row["role"], row["episode_id"]) for row in found["rows"]] == [
        ("weekly_hours_short", "counselor", str(here.episode_id)),
        ("plan_signature", "counselor", str(there.episode_id)),
        ("authorization_review", "utilization_reviewer", str(here.episode_id)),
    ]
    first = found["rows"][0]
    assert (first["escalated_to"], first["escalations"], first["phase"]) == ("supervisor", 1, "treatment")
    task = first["subject_id"]
    assert first["command"] == f"POST /v1/episodes/{here.episode_id}/tasks/{task}/completion"
    assert found["rows"][2]["command"] == f"POST /v1/episodes/{here.episode_id}/authorizations"
    assert (found["open"], found["overdue"], found["next_cursor"]) == (3, 2, None)
    assert {one["role"]: (one["open"], one["overdue"]) for one in found["roles"]} == {
        "counselor": (2, 2),
        "supervisor": (1, 0),
        "utilization_reviewer": (1, 0),
    }
    assert [crisis["episode_id"] for crisis in found["crises"]] == [str(there.episode_id)]


async def test_an_escalated_task_is_on_the_list_of_both_roles_each_with_its_due_time(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, _ = await two_facilities(edge)
    app = worklist_app(edge)
    token = app.person(new_id(), Role.SUPERVISOR)
    (mine,) = (await asked(app, token, role="supervisor"))["rows"]
    theirs = (await asked(app, token, role="counselor"))["rows"][0]
    assert mine["subject_id"] == theirs["subject_id"]
    due_at = (here.at + timedelta(hours=4)).isoformat().replace("+00:00", "Z")
    assert (mine["role"], mine["due_at"]) == ("supervisor", due_at)
    assert theirs["due_at"] < mine["due_at"]


async def test_pages_of_a_worklist_follow_each_other_without_gap_or_repeat(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    for hours in (1, 1, 2, 2, 3):
        task = episode.open_task(TaskKind.OUTREACH_CALL, Role.COUNSELOR, hours=hours)
        episode.escalate_task(task, Role.COUNSELOR)
    await project(edge, episode.incoming)
    app = worklist_app(edge)
    token = app.person(new_id(), Role.COUNSELOR)
    for role in ({}, {"role": "counselor"}):
        whole = (await asked(app, token, **role))["rows"]
        collected, params = [], {"limit": "2", **role}
        while True:
            found = await asked(app, token, **params)
            collected += found["rows"]
            if found["next_cursor"] is None:
                break
            params["cursor"] = found["next_cursor"]
        assert collected == whole
        assert len({row["subject_id"] for row in collected}) == len(collected) == 5


async def test_a_worklist_is_bounded_by_due_time(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    await two_facilities(edge)
    app = worklist_app(edge)
    token = app.person(new_id(), Role.OPERATIONS)
    found = await asked(app, token, due_before=edge.clock.now().isoformat())
    assert [row["kind"] for row in found["rows"]] == ["weekly_hours_short", "plan_signature"]


async def test_a_facility_bounds_rows_counts_and_crises(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, there = await two_facilities(edge)
    app = worklist_app(edge)
    token = app.person(new_id(), Role.COUNSELOR, facilities=(FACILITY,))
    for params in ({}, {"facility": str(FACILITY)}):
        found = await asked(app, token, **params)
        assert {row["episode_id"] for row in found["rows"]} == {str(here.episode_id)}
        assert (found["open"], found["overdue"], found["crises"]) == (2, 1, [])
        assert {one["role"]: one["open"] for one in found["roles"]} == {
            "counselor": 1,
            "supervisor": 1,
            "utilization_reviewer": 1,
        }
    refused = await app.call("GET", "/v1/worklist", token=token, params={"facility": str(OTHER_FACILITY)})
    assert (refused.status_code, refused.json()["code"]) == (403, "facility_out_of_scope")
    whole = app.person(new_id(), Role.OPERATIONS)
    narrowed = await asked(app, whole, facility=str(OTHER_FACILITY))
    assert [row["episode_id"] for row in narrowed["rows"]] == [str(there.episode_id)]
    stranger = app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT)
    found = await asked(app, stranger)
    assert (found["rows"], found["roles"], found["crises"], found["open"]) == ([], [], [], 0)


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"role": "bliss"}, "request_invalid", "query.role"),
        ({"facility": "7"}, "request_invalid", "query.facility"),
        ({"due_before": "2026-03-02T17:00:00"}, "request_invalid", "query.due_before"),
        ({"due_before": "0001-01-01T00:00:00+14:00"}, "request_invalid", "query.due_before"),
        ({"due_before": "9999-12-31T23:59:59-12:00"}, "request_invalid", "query.due_before"),
        ({"limit": "0"}, "request_invalid", "query.limit"),
        ({"cursor": "abc"}, "cursor_malformed", "cursor"),
        ({"cursor": to_cursor((datetime.max.replace(tzinfo=WEST), new_id()))}, "cursor_malformed", "cursor"),
    ],
)
async def test_what_a_worklist_cannot_be_asked_is_named(
    open_edge: OpenEdge, params: dict[str, str], code: str, field: str
) -> None:
    app = worklist_app(await open_edge("operations"))
    answer = await app.call("GET", "/v1/worklist", token=app.person(new_id(), Role.OPERATIONS), params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [one["path"] for one in answer.json()["fields"]] == [field]


async def test_the_page_shows_roles_with_counts_and_the_late_first(console: OpenConsole) -> None:
    here, _ = await two_facilities(console.edge)
    browser = await console.signed_in(OPERATOR)
    page = parsed((await browser.get("/worklist")).text)
    assert texts(page, ".//nav[@aria-label='Pages']//*[@aria-current]") == ["Worklists"]
    assert texts(page, ROLES) == ["every role 3 2 late", "counselor 2 2 late", "supervisor 1", "utilization reviewer 1"]
    rows = texts(page, ROWS)
    assert rows[0] == (
        f"weekly hours short 2 d 23 h late counselor once to supervisor {str(here.episode_id)[-8:]} treatment "
        f"Riverbend Center POST /v1/episodes/…{str(here.episode_id)[-8:]}/tasks/…{_task_of(page)}/completion"
    )
    assert [row.split()[0] for row in rows] == ["weekly", "plan", "authorization"]
    narrowed = parsed((await browser.get(f"/worklist?role=supervisor&facility_id={FACILITY}")).text)
    assert texts(narrowed, f"{ROLES}[@aria-current]") == ["supervisor 1"]
    assert texts(narrowed, ".//nav[@aria-label='Facility']/a") == [
        "every facility 1",
        "Riverbend Center 1",
        "Riverbend North 0",
    ]
    assert texts(narrowed, ".//nav[@aria-label='Facility']/a[@aria-current]") == ["Riverbend Center 1"]
    assert texts(narrowed, f"{ROWS}/td[1]") == ["in 4 h"]
    nobody = parsed((await browser.get("/worklist?role=nurse")).text)
    assert texts(nobody, f"{ROLES}[@aria-current]") == ["nurse 0"]
    assert texts(nobody, ".//p[@class='empty']") == ["Nothing waits for anybody here."]


def _task_of(page: Any) -> str:
    return str(page.find(ROWS).get("id"))[-8:]


async def test_a_row_leads_to_its_task_in_the_timeline_for_whoever_may_look_there(console: OpenConsole) -> None:
    here, _ = await two_facilities(console.edge)
    browser = await console.signed_in(COUNSELOR)
    page = parsed((await browser.get("/worklist")).text)
    first = page.find(ROWS)
    assert first is not None
    assert first.get("class") == "escalated"
    link = first.find("./th/a")
    assert link is not None
    path, _, anchor = (link.get("href") or "").partition("#")
    assert path == f"/journeys/{here.episode_id}"
    story = parsed((await browser.get(path)).text)
    assert texts(story, f".//tbody[@class='ahead']/tr[@id='{anchor}']/th[@scope='row']") == ["Weekly hours short"]
    nurse = parsed((await (await console.signed_in(NURSE)).get("/worklist")).text)
    assert texts(nurse, f"{ROWS}/th")[0] == "weekly hours short"
    assert nurse.findall(f"{ROWS}//a") == []


async def test_a_crisis_leads_to_its_journey_for_whoever_may_look_there(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now()))
    raise_crisis(episode)
    await project(console.edge, episode.incoming)
    counselor = parsed((await (await console.signed_in(COUNSELOR)).get("/worklist")).text)
    assert [link.get("href") for link in counselor.iterfind(f"{CRISES}//a")] == [f"/journeys/{episode.episode_id}"]
    nurse = parsed((await (await console.signed_in(NURSE)).get("/worklist")).text)
    assert texts(nurse, f"{CRISES}//*[@title='{episode.episode_id}']") == [str(episode.episode_id)[-8:]]
    assert nurse.findall(f"{CRISES}//a") == []


async def test_the_page_goes_on_after_its_last_row(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now()))
    for hours in range(52):
        episode.open_task(TaskKind.OUTREACH_CALL, Role.COUNSELOR, hours=hours // 2)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    first = parsed((await browser.get("/worklist?role=counselor")).text)
    assert texts(first, ".//p[@class='count']") == ["52 open tasks, the earliest due first"]
    link = first.find(".//a[@id='next-page']")
    assert link is not None
    second = parsed((await browser.get(link.get("href") or "")).text)
    assert texts(second, f"{ROLES}[@aria-current]") == ["counselor 52"]
    assert (len(first.findall(ROWS)), len(second.findall(ROWS))) == (50, 2)
    assert not {row.get("id") for row in first.findall(ROWS)} & {row.get("id") for row in second.findall(ROWS)}


async def test_a_person_sees_what_waits_in_their_facilities_only(console: OpenConsole) -> None:
    here, there = await two_facilities(console.edge)
    browser = await console.signed_in(COUNSELOR)
    text = (await browser.get("/worklist")).text
    assert str(here.episode_id) in text
    assert str(there.episode_id) not in text
    assert "Riverbend North" not in text
    assert texts(parsed(text), ROLES)[0] == "every role 2 1 late"
    refused = await browser.get(f"/worklist?facility_id={OTHER_FACILITY}")
    assert (refused.status_code, refused.headers["x-problem-code"]) == (403, "facility_out_of_scope")
    elsewhere = await console.signed_in(STRANGER)
    assert str(here.episode_id) not in (await elsewhere.get("/worklist")).text
    nurse = (await (await console.signed_in(NURSE)).get("/worklist")).text
    assert str(here.episode_id) in nurse
    assert str(there.episode_id) not in nurse


async def test_an_open_worklist_moves_as_tasks_come_and_go(console: OpenConsole) -> None:
    here, _ = await two_facilities(console.edge)
    browser = await console.signed_in(COUNSELOR)
    async with following(browser, "/worklist?role=counselor") as stream:
        await next_of(stream, "live", holding="weekly hours short")
        before = len(here.incoming)
        task = here.open_task(TaskKind.CASE_CONFERENCE, Role.COUNSELOR, days=1)
        await project(console.edge, here.incoming[before:])
        await next_of(stream, "live", holding=f"task-{task}")
        before = len(here.incoming)
        here.close_task(task)
        await project(console.edge, here.incoming[before:])
        assert f"task-{task}" not in (await next_of(stream, "live")).data
