"""What patients want, and that they want nothing, as a member of staff takes it down."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.tests.replies_desk import NUMBER, ReplyDesk
from stepwell_contracts.events.notifications_replies import OptedIn, OptedOut, PreferencesChanged
from stepwell_kernel.codes import Channel, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import MessageCategory
from stepwell_notifications.domain.preferences import EVERYTHING
from stepwell_testing.edge import OTHER_TENANT

ALL = [{"category": category.value, "channel": channel.value} for category in MessageCategory for channel in Channel]
NO_REMINDERS = [wish for wish in ALL if wish["category"] != "reminders"]
NO_REMINDERS_BY_TEXT = [wish for wish in ALL if wish != {"category": "reminders", "channel": "sms"}]


async def states(replies: ReplyDesk) -> set[tuple[str, str | None]]:
    """The states of all messages, with the reasons."""
    return {tuple(row) for row in await replies.desk.edge.rows("select state, reason_code from message")}


async def test_nothing_said_means_everything(replies: ReplyDesk) -> None:
    view = await replies.read(f"/v1/patients/{replies.desk.patient}/preferences")
    assert (view["said"], len(view["wanted"]), view["opted_out"]) == (False, len(EVERYTHING), [])


@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.INTAKE_COORDINATOR, Role.COUNSELOR, Role.NURSE])
async def test_what_is_wanted_is_set_told_and_read(replies: ReplyDesk, role: Role) -> None:
    path = f"/v1/patients/{replies.desk.patient}/preferences"
    wanted = {"wanted": [{"category": "reminders", "channel": "sms"}] * 2}
    answers = [await replies.command("PUT", path, wanted, role=role) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == await replies.read(path, role=role)
    assert answers[0].json()["wanted"] == [{"category": "reminders", "channel": "sms"}]
    assert await replies.events(PreferencesChanged) == [
        PreferencesChanged(patient_id=replies.desk.patient, wanted=("reminders/sms",))
    ]


async def test_to_want_everything_is_no_change(replies: ReplyDesk) -> None:
    await replies.command("PUT", f"/v1/patients/{replies.desk.patient}/preferences", {"wanted": ALL})
    assert await replies.desk.edge.types() == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (NO_REMINDERS, {("suppressed", "not_wanted")}),
        (NO_REMINDERS_BY_TEXT, {("due", None)}),
        (ALL, {("due", None)}),
        ([], {("suppressed", "not_wanted")}),
    ],
    ids=["none of the kind", "not by one way", "all", "nothing"],
)
async def test_what_is_due_and_not_wanted_is_suppressed_at_once(
    replies: ReplyDesk, wanted: list[dict[str, str]], expected: set[tuple[str, str | None]]
) -> None:
    await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=5))
    await replies.command("PUT", f"/v1/patients/{replies.desk.patient}/preferences", {"wanted": wanted})
    assert await states(replies) == expected


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (None, {("suppressed", "opted_out")}),
        ("reminders", {("suppressed", "opted_out")}),
        ("outreach", {("due", None)}),
    ],
)
async def test_an_opt_out_counts_at_once_for_what_it_names(
    replies: ReplyDesk, category: str | None, expected: set[tuple[str, str | None]]
) -> None:
    await replies.desk.book(replies.desk.edge.clock.now() + timedelta(days=5))
    path = f"/v1/patients/{replies.desk.patient}/opt-outs"
    for channel in Channel:
        answer = await replies.command("POST", path, {"channel": channel.value, "category": category})
        assert answer.status_code == 201
    assert await states(replies) == expected
    assert [(event.model_dump()["category"]) for event in await replies.events(OptedOut)] == [category] * len(Channel)


async def test_said_again_it_changes_nothing(replies: ReplyDesk) -> None:
    path = f"/v1/patients/{replies.desk.patient}/opt-outs"
    everything, one = {"channel": "sms"}, {"channel": "sms", "category": "reminders"}
    answers = [await replies.command("POST", path, body) for body in (everything, everything, one)]
    assert len({answer.text for answer in answers}) == 1
    assert len(await replies.events(OptedOut)) == 1


async def test_a_key_is_one_command(replies: ReplyDesk) -> None:
    path, token = f"/v1/patients/{replies.desk.patient}", replies.app.person(new_id(), Role.NURSE)
    for method, room, body, other in (
        ("PUT", "preferences", {"wanted": []}, {"wanted": ALL}),
        ("POST", "opt-outs", {"channel": "sms"}, {"channel": "email"}),
        ("POST", "opt-ins", {"channel": "sms"}, {"channel": "email"}),
    ):
        answers = [await replies.app.call(method, f"{path}/{room}", body, token=token, key="k") for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        reused = await replies.app.call(method, f"{path}/{room}", other, token=token, key="k")
        assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert await replies.desk.edge.types() == ["preferences_changed", "opted_out", "opted_in"]


async def test_opted_in_again_nothing_stands_any_more(replies: ReplyDesk) -> None:
    path = f"/v1/patients/{replies.desk.patient}"
    await replies.command("POST", f"{path}/opt-outs", {"channel": "sms", "category": "reminders"})
    await replies.command("POST", f"{path}/opt-outs", {"channel": "sms"})
    await replies.command("POST", f"{path}/opt-outs", {"channel": "email"})
    answers = [await replies.command("POST", f"{path}/opt-ins", {"channel": "sms"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    (kept,) = answers[1].json()["opted_out"]
    assert kept["channel"] == "email"
    assert await replies.events(OptedIn) == [OptedIn(patient_id=replies.desk.patient, channel=Channel.SMS)]


@pytest.mark.parametrize(
    ("method", "room", "body", "path"),
    [
        ("PUT", "preferences", {}, "body.wanted"),
        ("PUT", "preferences", {"wanted": ALL + ALL[:1]}, "body.wanted"),
        ("PUT", "preferences", {"wanted": [{"category": "jokes", "channel": "sms"}]}, "body.wanted.0.category"),
        ("PUT", "preferences", {"wanted": [{"category": "outreach", "channel": "fax"}]}, "body.wanted.0.channel"),
        ("PUT", "preferences", {"wanted": [], "note": "x"}, "body.note"),
        ("POST", "opt-outs", {}, "body.channel"),
        ("POST", "opt-outs", {"channel": "sms", "category": "jokes"}, "body.category"),
        ("POST", "opt-outs", {"channel": "sms", "why": "x"}, "body.why"),
        ("POST", "opt-ins", {"channel": "sms", "category": "reminders"}, "body.category"),
    ],
)
async def test_a_bad_wish_is_named_and_changes_nothing(
    replies: ReplyDesk, method: str, room: str, body: Mapping[str, Any], path: str
) -> None:
    answer = await replies.command(method, f"/v1/patients/{replies.desk.patient}/{room}", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert path in [field["path"] for field in answer.json()["fields"]]
    for table in ("preference", "opt_out", "opt_in"):
        assert await replies.desk.edge.value(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    ("method", "room", "body"),
    [
        ("PUT", "preferences", {"wanted": []}),
        ("POST", "opt-outs", {"channel": "sms"}),
        ("POST", "opt-ins", {"channel": "sms"}),
    ],
)
async def test_who_may_not_say_what_a_patient_wants(
    replies: ReplyDesk, method: str, room: str, body: Mapping[str, Any]
) -> None:
    path, app = f"/v1/patients/{replies.desk.patient}/{room}", replies.app
    elsewhere = app.person(new_id(), Role.COUNSELOR, facilities=(new_id(),))
    foreign = app.person(new_id(), Role.COUNSELOR, tenant=OTHER_TENANT)
    for token, asked, status, code in (
        (app.person(new_id(), Role.ADMINISTRATOR), path, 403, "not_granted"),
        (elsewhere, path, 403, "facility_out_of_scope"),
        (foreign, path, 503, "patient_not_known_yet"),
        (app.person(new_id(), Role.COUNSELOR), f"/v1/patients/{new_id()}/{room}", 503, "patient_not_known_yet"),
    ):
        answer = await app.call(method, asked, body, token=token, key="k")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await replies.desk.edge.types() == []


async def test_numbers_are_a_facility_s_own(replies: ReplyDesk) -> None:
    path, app = f"/v1/facilities/{replies.desk.facility}/sender-numbers", replies.app
    administrator = app.person(new_id(), Role.ADMINISTRATOR)
    read = await app.call("GET", path, token=administrator)
    assert read.json() == {"facility_id": str(replies.desk.facility), "numbers": [NUMBER]}
    two = {"numbers": ["+12025550103", NUMBER, NUMBER]}
    answers = [await app.call("PUT", path, two, token=administrator, key="k") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["numbers"] == [NUMBER, "+12025550103"]
    replies.desk.facility = new_id()
    await replies.desk.open()
    other = f"/v1/facilities/{replies.desk.facility}/sender-numbers"
    taken = await app.call("PUT", other, {"numbers": [NUMBER]}, token=administrator, key="k2")
    assert (taken.status_code, taken.json()["code"]) == (409, "sender_number_taken")
    await app.call("PUT", path, {"numbers": []}, token=administrator, key="k3")
    given = await app.call("PUT", other, {"numbers": [NUMBER]}, token=administrator, key="k4")
    assert given.status_code == 200


async def test_a_number_of_another_tenant_is_taken_too(replies: ReplyDesk) -> None:
    await replies.desk.edge.rows("update sender_number set tenant_id = $1, facility_id = $2", OTHER_TENANT, new_id())
    path = f"/v1/facilities/{replies.desk.facility}/sender-numbers"
    token = replies.app.person(new_id(), Role.ADMINISTRATOR)
    answer = await replies.app.call("PUT", path, {"numbers": [NUMBER]}, token=token, key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "sender_number_taken")
    assert await replies.desk.edge.value("select tenant_id from sender_number") == OTHER_TENANT


async def test_who_may_not_set_or_read_numbers(replies: ReplyDesk) -> None:
    path, app = f"/v1/facilities/{replies.desk.facility}/sender-numbers", replies.app
    for token, body, status, code in (
        (app.person(new_id(), Role.SUPERVISOR), {"numbers": []}, 403, "not_granted"),
        (app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT), {"numbers": []}, 503, "facility_not_known_yet"),
        (app.person(new_id(), Role.ADMINISTRATOR), {"numbers": ["555-0100"]}, 422, "request_invalid"),
        (app.person(new_id(), Role.ADMINISTRATOR), {}, 422, "request_invalid"),
    ):
        answer = await app.call("PUT", path, body, token=token, key="k")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await replies.desk.edge.value("select count(*) from sender_number") == 1
    for token, status, code in (
        (app.person(new_id(), Role.COUNSELOR), 403, "not_granted"),
        (app.person(new_id(), Role.ADMINISTRATOR, tenant=OTHER_TENANT), 503, "facility_not_known_yet"),
    ):
        answer = await app.call("GET", path, token=token)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
