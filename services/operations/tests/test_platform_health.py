"""The platform in detail: starts, outboxes and lag of its parts, and parked keys for whom they concern."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from services.operations.tests.episode_events import Episode
from services.operations.tests.network_events import clinic
from services.operations.tests.open_console import FACILITY, OPERATOR, OTHER_FACILITY, OpenConsole, project
from services.operations.tests.test_platform_status import EdgeTokens
from stepwell_contracts.http.operations_network import ConsumerLag, ParkedKey
from stepwell_devstack.loopback import serve_http
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import service_caller
from stepwell_messaging.parking import park
from stepwell_operations.platform_status import Peers
from stepwell_operations.store.parked import shown_keys
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

INTAKE, SCHEDULING = "stepwell.intake.patient", "stepwell.scheduling.patient"


def part_that_tells(lag: Mapping[str, Any]) -> FastAPI:
    app = FastAPI()

    @app.get("/ready")
    async def ready() -> dict[str, Any]:
        return {"failing": []}

    @app.get("/platform/lag")
    async def told() -> Mapping[str, Any]:
        return lag

    @app.get("/platform/parked")
    async def parked() -> list[dict[str, Any]]:
        return []

    return app


def partition(consumer: str, topic: str, number: int, events: int, seconds: float) -> dict[str, Any]:
    return {"consumer": consumer, "topic": topic, "part": number, "events": events, "seconds": seconds}


async def test_lag_is_told_per_consumer_and_topic(open_edge: OpenEdge) -> None:
    edge = await open_edge("operations")
    # A part of the version before this one, which does not tell its start.
    told = {
        "unsent": 3,
        "oldest_unsent_seconds": 1.5,
        "lags": [
            partition("journeys", INTAKE, 0, 2, 0.5),
            partition("calendars", SCHEDULING, 0, 1, 0.25),
            partition("journeys", INTAKE, 1, 5, 4.0),
            partition("journeys", SCHEDULING, 0, 0, 0.0),
        ],
    }
    async with httpx2.AsyncClient() as http, serve_http(part_that_tells(told), 0) as port:
        peers = Peers(http, EdgeTokens(edge), {"workflows": f"http://127.0.0.1:{port}"})
        platform = await peers.status("riverbend")
    assert [(lag.part, lag.consumer, lag.topic, lag.events, lag.seconds) for lag in platform.lags] == [
        ("workflows", "calendars", SCHEDULING, 1, 0.25),
        ("workflows", "journeys", INTAKE, 7, 4.0),
        ("workflows", "journeys", SCHEDULING, 0, 0.0),
    ]
    assert isinstance(platform.lags[0], ConsumerLag)
    (part,) = platform.parts
    assert (part.detail, part.started_at, part.unsent, part.oldest_unsent_seconds) == (
        "3 to send, 8 to apply",
        None,
        3,
        1.5,
    )
    assert (platform.worst_lag_s, platform.oldest_unsent_s) == (4.0, 1.5)


async def test_the_health_is_told_with_starts_and_parked_keys(console: OpenConsole) -> None:
    stuck = Episode(FACILITY, console.edge.clock.now()).refer()
    stranger = Episode(FACILITY, console.edge.clock.now(), tenant=OTHER_TENANT).refer()
    await project(console.edge, [*stuck.incoming, *stranger.incoming])
    async with console.edge.pool.acquire() as connection:
        for offset, one in enumerate((*stuck.incoming, *stranger.incoming)):
            await park(connection, "operations", "poison_KeyError", replace(one.record, offset=offset))
    browser = await console.browser()
    headers = {"Authorization": f"Bearer {await console.issuer.person(OPERATOR)}"}
    found = (await browser.get("/v1/health", headers=headers)).json()
    assert found["at"] == "2026-03-02T17:00:00Z"
    parts = {part["name"]: part for part in found["parts"]}
    assert (parts["medication"]["ready"], parts["medication"]["started_at"]) == (False, None)
    assert parts["operations"]["ready"]
    assert datetime.now(UTC) - datetime.fromisoformat(parts["operations"]["started_at"]) < timedelta(minutes=5)
    parked = [(one["part"], one["consumer"], one["topic"], one["key"], one["events"]) for one in found["parked"]]
    assert parked == [
        ("operations", "operations", INTAKE, str(stuck.patient_id), 1),
        ("operations", "operations", INTAKE, "", 1),
    ]
    assert all(one["reason"] == "poison_KeyError" for one in found["parked"])


def parked_key(key: str, at: datetime) -> ParkedKey:
    return ParkedKey(
        part="intake", consumer="intake", topic=SCHEDULING, key=key, reason="bug_KeyError", events=1, since=at
    )


@pytest.mark.parametrize(
    ("tenant", "facilities", "shown"),
    [
        ("riverbend", None, {"here", "there", "facility", "reference"}),
        ("riverbend", frozenset({FACILITY}), {"here", "facility", "reference"}),
        ("riverbend", frozenset({OTHER_FACILITY}), {"there"}),
        (OTHER_TENANT, None, set()),
    ],
)
async def test_a_parked_key_is_named_to_whom_it_concerns(
    open_edge: OpenEdge, tenant: str, facilities: frozenset[UUID] | None, shown: set[str]
) -> None:
    edge = await open_edge("operations")
    now = edge.clock.now()
    here, there = Episode(FACILITY, now).refer(), Episode(OTHER_FACILITY, now).refer()
    await project(edge, [*clinic(FACILITY, "Riverbend Center", now), *here.incoming, *there.incoming])
    keys = {
        "here": str(here.patient_id),
        "there": str(there.patient_id),
        "facility": str(FACILITY),
        "unknown": str(new_id()),
        "reference": f"facility/{FACILITY}",
        "other reference": f"facility/{new_id()}",
        "nothing": "facility/",
    }
    parked = [parked_key(key, now) for key in keys.values()]
    person = replace(edge.person(Role.OPERATIONS, tenant=tenant), facilities=facilities)
    async with edge.transactions(person) as tx:
        told = await shown_keys(tx, parked)
    assert [one.key for one in told] == [key if name in shown else "" for name, key in keys.items()]
    async with edge.transactions(service_caller("cli", tenant)) as tx:
        assert list(await shown_keys(tx, parked)) == parked
