"""`/platform` on PostgreSQL: for operations only; what waits is redriven, or discarded by a named person."""

from uuid import UUID

from stepwell_kernel.ids import new_id
from stepwell_messaging.incoming import Record
from stepwell_messaging.parking import park
from stepwell_messaging.platform_api import platform_router
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

TOPIC = "stepwell.intake.patient"


async def park_one(edge: ServiceEdge, key: UUID) -> dict[str, str]:
    async with edge.pool.acquire() as connection:
        await park(connection, "scheduling", "sick", Record(TOPIC, 0, 7, str(key), (), b"{}"))
    return {"consumer": "scheduling", "topic": TOPIC, "key": str(key)}


async def test_only_the_service_operations_may_look(open_edge: OpenEdge) -> None:
    edge = await open_edge("scheduling")
    app = edge.own_app(platform_router(edge.transactions, {}))
    for route in ("ledger", "archive", "parked", "lag"):
        assert (await app.call("GET", f"/platform/{route}", token=app.service("operations"))).status_code == 200
        assert (await app.call("GET", f"/platform/{route}", token=app.service("intake"))).status_code == 403
        person = app.person(new_id(), "operations")
        assert (await app.call("GET", f"/platform/{route}", token=person)).status_code == 403


async def test_a_key_is_discarded_by_a_named_person_with_an_audit_row(open_edge: OpenEdge) -> None:
    edge = await open_edge("scheduling")
    app = edge.own_app(platform_router(edge.transactions, {}))
    body, person = await park_one(edge, new_id()), new_id()
    token = app.service("operations")
    unnamed = await app.call("POST", "/platform/parked/discard", body, token=token)
    assert unnamed.status_code == 422
    wanted = body | {"person": str(person), "reason": "sent_by_mistake"}
    answer = await app.call("POST", "/platform/parked/discard", wanted, token=token)
    assert (answer.status_code, answer.json()) == (200, {"events": 1})
    assert await edge.value("select count(*) from parked") == 0
    assert await edge.value("select count(*) from parked_key") == 0
    audit = await edge.rows("select * from audit where action = 'platform.discard'")
    assert [(row["on_behalf_of"], row["cause"]) for row in audit] == [(str(person), "discard/sent_by_mistake")]
    again = await app.call("POST", "/platform/parked/discard", wanted, token=token)
    assert again.status_code == 404


async def test_a_consumer_of_another_process_is_not_redriven_here(open_edge: OpenEdge) -> None:
    edge = await open_edge("scheduling")
    app = edge.own_app(platform_router(edge.transactions, {}))
    body = await park_one(edge, new_id())
    answer = await app.call("POST", "/platform/parked/redrive", body, token=app.service("operations"))
    assert (answer.status_code, answer.json()["code"]) == (404, "consumer_not_here")
    assert await edge.value("select count(*) from parked") == 1
