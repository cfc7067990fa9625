"""Messages over HTTP: the latest first, page by page, narrowed, counted by state."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.operations.tests.episode_events import Episode, into_treatment
from services.operations.tests.network_events import lapse, reply, send, suppress
from services.operations.tests.open_console import FACILITY, OTHER_FACILITY, project
from services.operations.tests.whole_api import told
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.message_codes import ReplyKind
from stepwell_operations.api.messages import messages_router
from stepwell_testing.edge import ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge


def messages_app(edge: ServiceEdge) -> TestApp:
    return edge.app(messages_router)


async def asked(edge: ServiceEdge, **params: str) -> Any:
    app = messages_app(edge)
    return await told(app, app.person(new_id(), Role.OPERATIONS), "/v1/messages", **params)


async def two_correspondences(edge: ServiceEdge) -> tuple[Episode, Episode, dict[str, UUID]]:
    """Here three messages and two replies; there one that lapsed."""
    here, there = (into_treatment(Episode(facility, edge.clock.now())) for facility in (FACILITY, OTHER_FACILITY))
    ids = {"sent": send(here)}
    ids["delivered"] = send(here.later(hours=1), delivered=True)
    reply(here.later(hours=1))
    ids["suppressed"] = suppress(here.later(hours=1))
    reply(here, ReplyKind.RESCHEDULE)
    ids["lapsed"] = lapse(there.later(days=1))
    await project(edge, [*here.incoming, *there.incoming])
    return here, there, ids


async def test_messages_come_the_latest_first_with_replies_and_counts(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    here, _, ids = await two_correspondences(edge)
    found = await asked(edge)
    assert [(one["state"], one["message_id"]) for one in found["messages"]] == [
        (state, str(ids[state])) for state in ("lapsed", "suppressed", "delivered", "sent")
    ]
    suppressed, delivered = found["messages"][1:3]
    assert (suppressed["reason_code"], suppressed["channel"], suppressed["template"]) == (
        "not_permitted",
        None,
        "please_call",
    )
    assert (delivered["reason_code"], delivered["channel"]) == (None, "sms")
    assert (suppressed["facility_id"], suppressed["trace_id"]) == (str(FACILITY), here.trace)
    assert [one["kind"] for one in found["replies"]] == ["reschedule", "confirm"]
    assert found["states"] == {"sent": 1, "delivered": 1, "suppressed": 1, "lapsed": 1}
    assert (found["total"], found["next_cursor"]) == (4, None)


async def test_messages_are_narrowed_and_all_states_stay_counted(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    _, there, ids = await two_correspondences(edge)
    found = await asked(edge, facility_id=str(FACILITY), state="delivered")
    assert [one["message_id"] for one in found["messages"]] == [str(ids["delivered"])]
    assert (found["states"], found["total"]) == ({"sent": 1, "delivered": 1, "suppressed": 1}, 1)
    assert len(found["replies"]) == 2
    found = await asked(edge, template="please_call")
    assert [one["message_id"] for one in found["messages"]] == [str(ids["suppressed"])]
    assert (found["states"], found["total"]) == ({"suppressed": 1}, 1)
    found = await asked(edge, episode_id=str(there.episode_id))
    assert [one["state"] for one in found["messages"]] == ["lapsed"]
    assert (found["replies"], found["total"]) == ([], 1)
    assert (await asked(edge, episode_id=str(new_id())))["messages"] == []


async def test_pages_of_messages_follow_each_other_without_gap_or_repeat(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    episode = into_treatment(Episode(FACILITY, edge.clock.now()))
    for number in range(6):
        episode.at += timedelta(minutes=number % 2)
        send(episode)
    await project(edge, episode.incoming)
    whole = (await asked(edge))["messages"]
    collected, params = [], {"limit": "1"}
    while True:
        page = await asked(edge, **params)
        assert page["total"] == 6
        collected += page["messages"]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert collected == whole
    assert len({one["message_id"] for one in collected}) == 6


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"state": "bliss"}, "request_invalid", "query.state"),
        ({"facility_id": "7"}, "request_invalid", "query.facility_id"),
        ({"template": "poem"}, "request_invalid", "query.template"),
        ({"limit": "501"}, "request_invalid", "query.limit"),
        ({"cursor": "abc"}, "cursor_malformed", "cursor"),
    ],
)
async def test_what_messages_cannot_be_asked_is_named(
    open_edge: OpenEdge, params: dict[str, str], code: str, field: str
) -> None:
    app = messages_app(await open_edge("operations"))
    answer = await app.call("GET", "/v1/messages", token=app.person(new_id(), Role.OPERATIONS), params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [one["path"] for one in answer.json()["fields"]] == [field]
