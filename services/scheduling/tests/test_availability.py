"""When a patient can come, over HTTP: set, set anew, shown, told; what cannot be is refused and changes nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.scheduling.tests.program import MONDAY, Program, open_program
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_testing.plugin import OpenEdge

EVENINGS: dict[str, Any] = {
    "effective_from": MONDAY.isoformat(),
    "windows": [{"weekday": day, "opens": "17:30:00", "closes": "20:30:00"} for day in (0, 2, 4)],
    "blocked_by": ["work", "school"],
    "settings": ["on_site", "video"],
    "languages": ["en", "es"],
}


async def set_it(program: Program, path: str, **changes: Any) -> tuple[int, str | None, list[str]]:
    """Status, code and fields of the answer."""
    answer = await program.call("PUT", path, EVENINGS | changes)
    problem = answer.json()
    return answer.status_code, problem.get("code"), [field["path"] for field in problem.get("fields", [])]


async def test_it_is_set_told_shown_and_set_anew(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    path = f"/v1/episodes/{patient.episode}/availability"
    body = EVENINGS | {"preferred_clinician": str(program.counselor)}
    first = await program.call("PUT", path, body, role=Role.COUNSELOR, key="same")
    repeat = await program.call("PUT", path, body, role=Role.COUNSELOR, key="same")
    assert (first.status_code, first.content) == (200, repeat.content)
    assert first.json()["available_minutes_per_week"] == 540
    later = (MONDAY + timedelta(days=7)).isoformat()
    assert (await set_it(program, path, effective_from=later, windows=EVENINGS["windows"][:1]))[0] == 200
    listed = (await program.call("GET", path, role=Role.SUPERVISOR)).json()["versions"]
    assert listed[0] == body | {"available_minutes_per_week": 540}
    assert [one["available_minutes_per_week"] for one in listed] == [540, 180]
    told = [event for event in await program.edge.outbox() if "availability_changed" in event.type]
    assert [json.loads(event.payload)["available_minutes_per_week"] for event in told] == [540, 180]
    assert [event.key for event in told] == [str(patient.patient)] * 2


@pytest.mark.parametrize(
    ("changes", "status", "code", "fields"),
    [
        ({"effective_from": "2026-03-01"}, 422, "availability_impossible", ["effective_from"]),
        ({"windows": []}, 422, "request_invalid", ["body.windows"]),
        ({"settings": []}, 422, "request_invalid", ["body.settings"]),
        ({"languages": ["English"]}, 422, "request_invalid", ["body.languages.0"]),
        ({"blocked_by": ["a long story"]}, 422, "request_invalid", ["body.blocked_by.0"]),
        (
            {"windows": [{"weekday": 7, "opens": "17:30", "closes": "20:30"}]},
            422,
            "request_invalid",
            ["body.windows.0.weekday", "body.windows"],
        ),
        (
            {"windows": [{"weekday": 6, "opens": "20:30", "closes": "20:30"}]},
            422,
            "availability_impossible",
            ["windows.0.closes"],
        ),
        (
            {"windows": [{"weekday": 6, "opens": "17:30Z", "closes": "20:30"}]},
            422,
            "availability_impossible",
            ["windows.0"],
        ),
        ({"preferred_clinician": str(new_id())}, 422, "not_of_facility", ["preferred_clinician"]),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    open_edge: OpenEdge, changes: dict[str, Any], status: int, code: str, fields: list[str]
) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    path = f"/v1/episodes/{patient.episode}/availability"
    assert await set_it(program, path, **changes) == (status, code, fields)
    assert (await program.call("GET", path)).json() == {"versions": []}
    assert "availability_changed" not in await program.edge.types()


async def test_who_may_set_it_and_of_whom(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    patient = await program.treat()
    path = f"/v1/episodes/{patient.episode}/availability"
    denied = await program.call("PUT", path, EVENINGS, role=Role.NURSE)
    assert (denied.status_code, denied.json()["code"]) == (403, "not_granted")
    assert await set_it(program, f"/v1/episodes/{new_id()}/availability") == (503, "episode_not_known_yet", [])


async def test_plans_go_by_setting_language_and_preferred_clinician(open_edge: OpenEdge) -> None:
    program = await open_program(await open_edge("scheduling"))
    await program.timetable()
    patient = await program.treat()
    path = f"/v1/episodes/{patient.episode}/availability"
    await set_it(program, path, settings=["video"], languages=["en"])
    made = await program.plan(patient, dry_run=True)
    assert {(one["modality"], one["setting"]) for one in made["sessions"]} == {
        ("individual_therapy", "video"),
        ("family_therapy", "video"),
    }
    assert {gap["reason"] for gap in made["plan"]["gaps"]} == {"no_session", "no_clinician"}
    await set_it(program, path, languages=["es"])
    assert (await program.plan(patient, dry_run=True))["sessions"] == []
    for preferred in (program.lead, program.counselor):
        await set_it(program, path, languages=[], preferred_clinician=str(preferred))
        visits = [one for one in (await program.plan(patient, dry_run=True))["sessions"] if not one["session_id"]]
        of_counselors = {one["clinician_id"] for one in visits if one["modality"] != "medication_management"}
        assert of_counselors == {str(preferred)}
