"""Screens and reports of risk over HTTP: scored, told and repeated; what is refused leaves nothing."""

from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.desk import Desk, open_desk
from services.intake.tests.instruments import points, yes_to
from stepwell_contracts.events.intake_clinical import RiskReported, ScreenRecorded
from stepwell_intake.store.screens import newest_screen
from stepwell_kernel.codes import FollowUp, Instrument, RiskSignal, Role, SuicideRisk
from stepwell_kernel.ids import new_id
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

PHQ_9 = {"instrument": "phq_9", "answers": points(15, 9, 3)}


async def in_screening(desk: Desk) -> str:
    """The path of an episode whose patient was reached."""
    episode, _ = await desk.referred()
    path = f"/v1/episodes/{episode}"
    await desk.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
    return path


async def told(desk: Desk, event: type[ScreenRecorded] | type[RiskReported]) -> list[Any]:
    """The events of a type in the outbox."""
    return [event.model_validate_json(one.payload) for one in await desk.edge.outbox() if one.type.endswith(event.type)]


async def test_a_screen_is_scored_told_and_answered_alike_when_repeated(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    first = await desk.send("POST", f"{path}/screens", PHQ_9, Role.COUNSELOR, "same")
    again = await desk.send("POST", f"{path}/screens", PHQ_9, Role.COUNSELOR, "same")
    other = await desk.send("POST", f"{path}/screens", PHQ_9 | {"language": "es"}, Role.COUNSELOR, "same")
    assert (first.status_code, first.content) == (201, again.content)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    scored = first.json()
    screen_id = scored.pop("screen_id")
    assert scored == {
        "instrument": "phq_9",
        "total": 15,
        "band_code": "moderately_severe",
        "suicide_risk": None,
        "follow_ups": ["prescriber_review"],
        "note_codes": [],
        "rule_version": "screen.phq_9/1",
        "crisis": None,
    }
    assert await told(desk, ScreenRecorded) == [
        ScreenRecorded(
            episode_id=UUID(path.rpartition("/")[2]),
            screen_id=UUID(screen_id),
            instrument=Instrument.PHQ_9,
            total=15,
            band_code="moderately_severe",
            follow_ups=(FollowUp.PRESCRIBER_REVIEW,),
            rule_version="screen.phq_9/1",
        )
    ]
    assert (await desk.edge.types())[-1] == "screen_recorded"


async def test_worse_twice_in_a_row_asks_for_a_review_of_the_level(open_edge: OpenEdge) -> None:
    """Against the last score of the same instrument: GAD-7 by 4."""
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    asked = []
    for total in (0, 4, 3, 7, 9, 9):
        body = {"instrument": "gad_7", "answers": points(total, 7, 3)}
        asked.append((await desk.send("POST", f"{path}/screens", body, Role.NURSE)).json()["follow_ups"])
        await desk.send("POST", f"{path}/screens", PHQ_9, Role.NURSE)
    assert asked == [[], ["deterioration"], [], ["deterioration"], [], []]
    worst = {"instrument": "gad_7", "answers": points(13, 7, 3)}
    answer = await desk.send("POST", f"{path}/screens", worst, Role.NURSE)
    assert answer.json()["follow_ups"] == ["full_assessment", "deterioration"]
    worst = {"instrument": "gad_7", "answers": points(17, 7, 3)}
    answer = await desk.send("POST", f"{path}/screens", worst, Role.NURSE)
    expected = ["full_assessment", "prescriber_review", "deterioration", "level_of_care_review"]
    assert answer.json()["follow_ups"] == expected


async def test_screens_are_read_with_their_answers_the_newest_first(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    audit_c = {"instrument": "audit_c", "answers": {"item_1": 4, "item_2": 0, "item_3": 0}, "sex": "male"}
    await desk.send("POST", f"{path}/screens", PHQ_9, Role.COUNSELOR)
    answer = await desk.send("POST", f"{path}/screens", audit_c, Role.COUNSELOR)
    assert (answer.json()["band_code"], answer.json()["note_codes"]) == ("positive", ["review_recent_intake"])
    reader = desk.app.person(new_id(), Role.SUPERVISOR)
    read = await desk.app.call("GET", f"{path}/screens", token=reader)
    rows = [(row["instrument"], row["total"], row["answers"]) for row in read.json()["rows"]]
    assert rows == [("audit_c", 4, audit_c["answers"]), ("phq_9", 15, PHQ_9["answers"])]
    scheduler = await desk.app.call("GET", f"{path}/screens", token=desk.app.person(new_id(), Role.SCHEDULER))
    assert (scheduler.status_code, scheduler.json()["code"]) == (403, "not_granted")
    looks = await desk.edge.value("select count(*) from audit where action = 'intake.read_screens'")
    assert looks == 2


async def test_the_newest_screen_of_an_instrument(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    episode = UUID(path.rpartition("/")[2])
    for positive in ((), ("item_1",)):
        body = {"instrument": "c_ssrs", "answers": yes_to(*positive)}
        await desk.send("POST", f"{path}/screens", body, Role.COUNSELOR)
    async with desk.edge.transactions(desk.edge.person(Role.COUNSELOR)) as tx:
        newest = await newest_screen(tx, episode, Instrument.C_SSRS)
        assert await newest_screen(tx, episode, Instrument.GAD_7) is None
    assert newest is not None
    assert (newest.suicide_risk, newest.total) == (SuicideRisk.LOW, None)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"answers": points(3, 8, 3)}, "screen_incomplete", "answers.item_9"),
        ({"answers": points(3, 9, 3) | {"item_1": 4}}, "answers_invalid", "answers.item_1"),
        ({"answers": {}}, "request_invalid", "body.answers"),
        ({"answers": points(3, 9, 3) | {"item_1": True}}, "request_invalid", "body.answers.item_1"),
        ({"answers": points(3, 9, 3) | {"item_1": -1}}, "request_invalid", "body.answers.item_1"),
        ({"instrument": "moca"}, "request_invalid", "body.instrument"),
        ({"total": 3}, "request_invalid", "body.total"),
        ({"sex": "male"}, "answers_invalid", "sex"),
        ({"instrument": "audit_c", "answers": points(3, 3, 4)}, "screen_incomplete", "sex"),
        ({"instrument": "c_ssrs", "answers": yes_to() | {"item_3": 1}}, "answers_invalid", "answers.item_3"),
        ({"instrument": "c_ssrs", "answers": {"item_1": 1, "item_6": 0}}, "screen_incomplete", "answers.item_2"),
    ],
)
async def test_a_screen_that_cannot_be_scored(
    open_edge: OpenEdge, change: dict[str, Any], code: str, field: str
) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    before = await desk.edge.types()
    answer = await desk.send("POST", f"{path}/screens", PHQ_9 | change, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field in [one["path"] for one in answer.json()["fields"]]
    assert await desk.edge.types() == before
    assert await desk.edge.value("select count(*) from screen") == 0


@pytest.mark.parametrize("command", [("screens", PHQ_9), ("risk-reports", {"signal": "lapse"})])
async def test_who_may_not_and_whose_it_is_not(open_edge: OpenEdge, command: tuple[str, dict[str, Any]]) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    name, body = command
    body = body | ({"happened_at": desk.edge.clock.now().isoformat()} if name == "risk-reports" else {})
    before = await desk.edge.types()
    scheduler = await desk.send("POST", f"{path}/{name}", body, Role.SCHEDULER)
    other = desk.app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    elsewhere = await desk.app.call("POST", f"{path}/{name}", body, token=other, key="k")
    without_key = await desk.app.call("POST", f"{path}/{name}", body, token=desk.app.person(new_id(), Role.COUNSELOR))
    assert (scheduler.status_code, scheduler.json()["code"]) == (403, "not_granted")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "episode_not_found")
    assert (without_key.status_code, without_key.json()["code"]) == (400, "idempotency_key_missing")
    assert await desk.edge.types() == before


async def test_there_is_no_screen_after_the_episode(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    await desk.edge.rows("update episode set phase = 'declined' where episode_id = $1", episode)
    answer = await desk.send("POST", f"/v1/episodes/{episode}/screens", PHQ_9, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["code"]) == (409, "phase_does_not_allow")
    assert await desk.edge.types() == ["referral_received"]


async def test_a_report_of_risk_is_told_once(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    happened_at = desk.edge.clock.now()
    desk.edge.clock.pass_by(hours=3)
    body = {"signal": "lapse", "happened_at": happened_at.isoformat()}
    first = await desk.send("POST", f"{path}/risk-reports", body, Role.COUNSELOR, "same")
    again = await desk.send("POST", f"{path}/risk-reports", body, Role.COUNSELOR, "same")
    assert (first.status_code, first.content) == (201, again.content)
    assert await told(desk, RiskReported) == [
        RiskReported(
            episode_id=UUID(path.rpartition("/")[2]),
            report_id=UUID(first.json()["report_id"]),
            signal=RiskSignal.LAPSE,
            happened_at=happened_at,
        )
    ]
    assert await desk.phase(UUID(path.rpartition("/")[2])) == "screening"


@pytest.mark.parametrize(
    ("happened_at", "code", "field"),
    [
        ("2026-03-02T17:00:01Z", "time_impossible", "happened_at"),
        ("2026-03-02T16:59:59Z", "time_impossible", "happened_at"),
        ("2026-03-02T17:00:00", "request_invalid", "body.happened_at"),
    ],
)
async def test_a_report_of_what_cannot_have_happened(
    open_edge: OpenEdge, happened_at: str, code: str, field: str
) -> None:
    desk = await open_desk(await open_edge("intake"))
    path = await in_screening(desk)
    body = {"signal": "overdose", "happened_at": happened_at}
    answer = await desk.send("POST", f"{path}/risk-reports", body, Role.COUNSELOR)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field in [one["path"] for one in answer.json()["fields"]]
    assert await desk.edge.value("select count(*) from risk_report") == 0
