"""Staff ask a patient to call: caps, quiet hours by state, and the phases in which nothing goes out."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from services.notifications.tests.texts_desk import TextsDesk
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.ids import new_id


async def ask(texts: TextsDesk, *, key: str | None = None, role: Role = Role.COUNSELOR) -> httpx2.Response:
    path = f"/v1/episodes/{texts.desk.episode}/please-call"
    return await texts.command("POST", path, {}, key=key, role=role)


async def test_a_patient_is_asked_once_however_often_the_command_comes(texts: TextsDesk) -> None:
    answers = [await ask(texts, key="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    await texts.run_due()
    assert texts.texts() == [("alpha", "North Center: please call us at +12025550100. Reply STOP to end")]
    assert await texts.desk.edge.types() == ["message_sent", "message_delivered"]


async def test_one_a_day_and_three_a_week(texts: TextsDesk) -> None:
    """47 CFR 64.1200(a)(9)(iv): the house keeps the caps of texts without consent for outreach with consent too."""
    assert (await ask(texts)).status_code == 201
    second = await ask(texts)
    assert (second.status_code, second.json()["code"]) == (409, "asked_already")
    await texts.run_due()
    for rule, days in (("cap.day", 1), (None, 1), (None, 1), ("cap.week", 4), (None, 0)):
        answer = await ask(texts)
        if rule is None:
            assert answer.status_code == 201, answer.text
            await texts.run_due()
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "outreach_cap_reached")
            assert answer.json()["fields"][0]["rule"] == rule
        texts.desk.edge.clock.pass_by(days=days)
    assert len(texts.texts()) == 4


async def test_the_cap_counts_at_the_moment_of_sending_too(texts: TextsDesk) -> None:
    texts.desk.edge.clock.instant = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    message_id = (await ask(texts)).json()["message_id"]
    await texts.run_due()
    assert texts.texts() == [], "20:00 in New York"
    texts.desk.edge.clock.pass_by(hours=14)
    sent = "update message set state = 'sent', ended_at = $2 where message_id = $1"
    other = await texts.desk.edge.value(
        "insert into message (message_id, tenant_id, facility_id, episode_id, patient_id, template, about, due_at, "
        "useful_until, state) select $2, tenant_id, facility_id, episode_id, patient_id, template, about, due_at, "
        "useful_until, 'due' from message where message_id = $1 returning message_id",
        message_id,
        new_id(),
    )
    await texts.desk.edge.rows(sent, other, texts.desk.edge.clock.now())
    await texts.run_due()
    reason = "select reason_code from message where message_id = $1"
    assert await texts.desk.edge.value(reason, message_id) == "cap.day/1"


@pytest.mark.parametrize(
    ("jurisdiction", "closes_at", "local", "goes"),
    [
        (None, None, "19:59", True),
        (None, None, "20:00", False),
        ("US-FL", None, "19:59", True),
        ("US-FL", None, "20:00", False),
        ("US-FL", "18:00", "17:59", True),
        ("US-FL", "18:00", "18:00", False),
        ("US-WA", "18:00", "18:00", True),
    ],
    ids=[
        "the house, a minute before",
        "the house closes at 20:00",
        "a state that closes with the house, a minute before",
        "a state that closes with the house",
        "a stricter state, a minute before",
        "a stricter state closes earlier",
        "another state does not count",
    ],
)
async def test_quiet_hours_are_those_of_the_house_and_of_the_state(
    texts: TextsDesk, jurisdiction: str | None, closes_at: str | None, local: str, *, goes: bool
) -> None:
    """47 CFR 64.1200(c)(1) and the rows of states; the strictest counts, in the zone of the recipient."""
    if closes_at is not None:
        statement = "update quiet_rule set closes_at = $1::text::time where jurisdiction = 'US-FL'"
        await texts.desk.edge.rows(statement, closes_at)
    await texts.desk.open(jurisdiction=jurisdiction)
    hour, minute = map(int, local.split(":"))
    texts.desk.edge.clock.instant = datetime(2026, 3, 3, 5, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    message_id = (await ask(texts)).json()["message_id"]
    await texts.run_due()
    assert len(texts.texts()) == goes
    row = "select state, due_at from message where message_id = $1"
    (message,) = await texts.desk.edge.rows(row, message_id)
    morning = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
    assert message["state"] == ("sent" if goes else "due")
    if not goes:
        assert message["due_at"] == morning, "9:00 of the next day"
        texts.desk.edge.clock.instant = morning
        await texts.run_due()
        assert len(texts.texts()) == 1


@pytest.mark.parametrize(
    ("phase", "reminder", "asked"),
    [
        (Phase.TREATMENT, "sent", 201),
        (Phase.ON_HOLD, "on_hold", 201),
        (Phase.AFTERCARE, "sent", 201),
        (Phase.CLOSED, "episode_over", 409),
        (Phase.DECLINED, "episode_over", 409),
    ],
)
async def test_what_goes_out_in_which_phase(texts: TextsDesk, phase: Phase, reminder: str, asked: int) -> None:
    booking = await texts.book_and_wait()
    await texts.desk.change_phase(phase)
    await texts.run_due()
    message = await texts.desk.message(booking)
    assert (message["reason_code"] or message["state"]) == reminder
    assert (await ask(texts)).status_code == asked


async def test_who_may_not_ask_is_told_why(texts: TextsDesk) -> None:
    answer = await ask(texts, role=Role.OPERATIONS)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_granted")
    path = f"/v1/episodes/{new_id()}/please-call"
    unknown = await texts.command("POST", path, {})
    assert (unknown.status_code, unknown.json()["code"]) == (503, "episode_not_known_yet")
    with_text = await texts.command("POST", f"/v1/episodes/{texts.desk.episode}/please-call", {"text": "Call!"})
    assert (with_text.status_code, with_text.json()["code"]) == (422, "request_invalid")
    assert await texts.desk.edge.value("select count(*) from message") == 0
