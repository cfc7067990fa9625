"""Reference data over HTTP: what is told of them, and groups against the rules of their place."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.tests.timetable import GROUPS, STAFF, Timetable, open_timetable, reference
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge


def document(jurisdiction: str, **group: Any) -> dict[str, Any]:
    """A facility with one group."""
    published = reference(
        new_id(),
        {"therapy": new_id()},
        {name: new_id() for name in STAFF},
        (new_id(), new_id()),
        jurisdiction=jurisdiction,
    )
    published["groups"][0] |= group
    return published


async def publish(timetable: Timetable, body: dict[str, Any], key: str = "k", facility: UUID | None = None) -> Any:
    """The document of a facility, of a new one unless it is named."""
    token = timetable.app.person(new_id(), Role.ADMINISTRATOR)
    path = f"/v1/facilities/{facility or new_id()}/reference"
    return await timetable.app.call("PUT", path, body, token=token, key=key)


async def test_what_is_published_is_told_in_full(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    told = [(event.type.split(".")[2], json.loads(event.payload)) for event in await timetable.edge.outbox()]
    (facility,) = [payload for name, payload in told if name == "facility_published"]
    (program,) = [payload for name, payload in told if name == "program_published"]
    groups = {payload["group_id"]: payload for name, payload in told if name == "group_published"}
    staff = [payload for name, payload in told if name == "staff_published"]
    assert facility["jurisdiction"] == "US-NY"
    assert program["plans_weeks"] is True
    assert [groups[str(timetable.groups[name])]["topic"] for name in GROUPS] == [None, None, "life_skills"]
    assert [groups[str(timetable.groups[name])]["age_band"] for name in GROUPS] == [None, "adult", None]
    assert {tuple(member["languages"]) for member in staff} == {("en", "es")}
    rules = await timetable.edge.rows("select distinct modality, size_rule from care_group order by 1")
    assert [tuple(row) for row in rules] == [
        ("educational_workshop", "group_size.workshop/1"),
        ("group_therapy", "group_size.therapy/1"),
    ]


@pytest.mark.parametrize(
    ("jurisdiction", "modality", "capacity", "rule"),
    [
        ("US", "group_therapy", 10, None),
        ("US", "group_therapy", 12, None),
        ("US", "group_therapy", 13, "group_size.therapy/1"),
        ("US", "educational_workshop", 15, None),
        ("US", "educational_workshop", 20, None),
        ("US", "educational_workshop", 21, "group_size.workshop/1"),
        ("US", "family_therapy", 16, None),
        ("US", "family_therapy", 24, None),
        ("US", "family_therapy", 25, "group_size.multi_family/1"),
        ("US-CT", "group_therapy", 12, None),
        ("US-CT", "group_therapy", 13, "group_size.therapy/1"),
        ("US-CT", "family_therapy", 24, None),
        ("US-CT", "family_therapy", 25, "group_size.multi_family/1"),
        ("US-CT", "educational_workshop", 21, "group_size.workshop/1"),
        ("US-CA", "group_therapy", 8, None),
        ("US-CA", "group_therapy", 2, None),
        ("US-CA", "group_therapy", 1, "group_size.therapy/1"),
        ("US-CA", "group_therapy", 13, "group_size.therapy/1"),
        ("US-NY", "group_therapy", 1, None),
        ("US-NY", "group_therapy", 13, "group_size.therapy/1"),
    ],
)
async def test_the_size_of_a_group_follows_the_rules_of_its_place(
    open_edge: OpenEdge, jurisdiction: str, modality: str, capacity: int, rule: str | None
) -> None:
    """Connecticut Medicaid: 12, multi-family 24; California DMC-ODS: 2 to 12; the house: 12, 20 and 24."""
    timetable = await open_timetable(await open_edge("scheduling"))
    topic = "stress_management" if modality == "educational_workshop" else None
    before = await timetable.edge.value("select count(*) from care_group")
    body = document(jurisdiction, modality=modality, capacity=capacity, topic=topic)
    answer = await publish(timetable, body)
    after = await timetable.edge.value("select count(*) from care_group")
    if rule is None:
        assert (answer.status_code, after) == (200, before + 1), answer.text
        return
    problem = answer.json()
    assert (answer.status_code, problem["code"], after) == (422, "group_not_allowed", before)
    assert [(field["path"], field["rule"]) for field in problem["fields"]] == [("groups.0.capacity", rule)]


async def test_a_rule_holds_from_its_first_day(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    await timetable.edge.rows(
        "update group_size_rule set effective_to = '2026-03-10' where rule_id = 'group_size.therapy' and"
        " jurisdiction = 'US'"
    )
    await timetable.edge.rows(
        "insert into group_size_rule (rule_id, version, jurisdiction, modality, least, most, effective_from, source,"
        " approved_by) values ('group_size.therapy', 2, 'US', 'group_therapy', 1, 10, '2026-03-10', 'a test', 'nobody')"
    )
    body = document("US", capacity=11)
    assert (await publish(timetable, body, "before")).status_code == 200
    timetable.edge.clock.pass_by(days=8)
    refused = await publish(timetable, document("US", capacity=11), "from-then")
    assert [field["rule"] for field in refused.json()["fields"]] == ["group_size.therapy/2"]


@pytest.mark.parametrize(
    ("modality", "topic", "problem"),
    [
        ("educational_workshop", "relapse_prevention", None),
        ("educational_workshop", None, "is missing for a workshop"),
        ("group_therapy", None, None),
        ("group_therapy", "life_skills", "is for workshops only"),
    ],
)
async def test_a_workshop_has_a_topic_and_nothing_else_has(
    open_edge: OpenEdge, modality: str, topic: str | None, problem: str | None
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    answer = await publish(timetable, document("US", modality=modality, topic=topic))
    if problem is None:
        assert answer.status_code == 200, answer.text
        return
    assert [(field["path"], field["problem"]) for field in answer.json()["fields"]] == [("groups.0.topic", problem)]


@pytest.mark.parametrize(
    ("level", "plans_weeks", "status"), [("2.5", True, 200), ("3.1", True, 422), ("3.1", False, 200)]
)
async def test_a_program_without_rules_for_its_weeks_is_not_planned_by_the_calendar(
    open_edge: OpenEdge, level: str, status: int, *, plans_weeks: bool
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    body = document("US")
    body["programs"][0] |= {"level_of_care": level, "plans_weeks": plans_weeks}
    answer = await publish(timetable, body)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["code"] == "level_not_planned"
        assert [field["path"] for field in answer.json()["fields"]] == ["programs.0.plans_weeks"]


async def test_who_and_what_is_left_out_of_the_document_gets_nothing_new_and_may_be_taken_over(
    open_edge: OpenEdge,
) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    await timetable.session("14:00")
    left_out = {"staff": str(timetable.staff["lead"]), "rooms": str(timetable.rooms[0])}
    body = reference(timetable.program, timetable.groups, timetable.staff, timetable.rooms, jurisdiction="US-NY")
    fewer = body | {
        "staff": [one for one in body["staff"] if one["staff_id"] != left_out["staff"]],
        "rooms": [one for one in body["rooms"] if one["room_id"] != left_out["rooms"]],
    }
    elsewhere = document("US-NY")
    elsewhere |= {kind: [one for one in body[kind] if left_out[kind] in one.values()] for kind in left_out}
    assert await taken_over(timetable, elsewhere) == ["rooms.0", "staff.0"]
    assert (await publish(timetable, fewer, "fewer", timetable.facility)).status_code == 200
    path = f"/v1/groups/{timetable.groups['therapy']}/sessions"
    refused = await timetable.post(path, timetable.meeting("16:00"), key="refused")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_of_facility")
    assert [field["path"] for field in refused.json()["fields"]] == ["clinician_id", "room_id"]
    kept = timetable.meeting("16:00", clinician_id=str(timetable.staff["substitute"]), room_id=str(timetable.rooms[1]))
    assert (await timetable.post(path, kept, key="done")).status_code == 201
    assert await taken_over(timetable, elsewhere) == []
    assert await taken_over(timetable, body | {"facility": elsewhere["facility"]}) == [
        *(f"groups.{place}" for place in range(3)),
        "programs.0",
        *(f"rooms.{place}" for place in range(2)),
        *(f"staff.{place}" for place in range(4)),
        "tracks.0",
    ]


async def taken_over(timetable: Timetable, body: dict[str, Any]) -> list[str]:
    """What another facility must not publish as its own."""
    answer = await publish(timetable, body, f"{new_id()}")
    return sorted(field["path"] for field in answer.json().get("fields", ()))


async def test_a_document_without_the_new_fields_is_valid(open_edge: OpenEdge) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    body = document("US")
    del body["facility"]["jurisdiction"], body["facility"]["holidays"], body["programs"][0]["plans_weeks"]
    for member in body["staff"]:
        del member["languages"]
    assert (await publish(timetable, body)).status_code == 200


@pytest.mark.parametrize("jurisdiction", ["us-ny", "US-NEWYORK", "NY", "CA-ON", ""])
async def test_a_place_whose_rules_are_not_known_is_refused(open_edge: OpenEdge, jurisdiction: str) -> None:
    timetable = await open_timetable(await open_edge("scheduling"))
    answer = await publish(timetable, document(jurisdiction))
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
