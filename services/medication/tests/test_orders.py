"""Orders and doses over HTTP, on PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_messaging.delivery import Commands
from stepwell_testing.edge import ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

PRESCRIBER, NURSE = new_id(), new_id()


@dataclass(frozen=True)
class Ward:
    """An episode in treatment, as the events of other services told it."""

    edge: ServiceEdge
    app: TestApp
    episode_id: UUID
    facility_id: UUID

    def order(self, score: int | None = 12, **other: Any) -> dict[str, Any]:
        taken_at = (self.edge.clock.now() - timedelta(minutes=5)).isoformat()
        withdrawal = {} if score is None else {"withdrawal": {"score": score, "taken_at": taken_at}}
        body = {
            "episode_id": str(self.episode_id),
            "medicine": "buprenorphine_naloxone_sl",
            "last_opioid": "short_acting",
        }
        return body | withdrawal | other

    async def place(self, body: Mapping[str, Any], key: str, role: Role = Role.PRESCRIBER) -> Any:
        return await self.app.call("POST", "/v1/orders", body, token=self.app.person(PRESCRIBER, role), key=key)

    async def give(self, order_id: str, amount_mg: str, key: str) -> Any:
        token = self.app.person(NURSE, Role.NURSE)
        return await self.app.call(
            "POST", f"/v1/orders/{order_id}/doses", {"amount_mg": amount_mg}, token=token, key=key
        )


async def open_ward(edge: ServiceEdge, phase: Phase = Phase.TREATMENT) -> Ward:
    facility, episode, patient = new_id(), new_id(), new_id()
    now = edge.clock.now()
    told = [
        incoming(
            FacilityPublished(
                facility_id=facility,
                neutral_name="North Center",
                callback_number="+12025550100",
                zone="America/New_York",
                holidays=(),
            ),
            key=f"facility/{facility}",
            at=now,
        ),
        incoming(
            EpisodePhaseChanged(
                episode_id=episode,
                patient_id=patient,
                facility_id=facility,
                program_id=new_id(),
                age_band=AgeBand.ADULT,
                phase=phase,
                previous=Phase.ADMISSION,
                prescribed_minutes_per_week=540,
            ),
            key=patient,
            at=now,
            version=5,
            episode_id=episode,
        ),
    ]
    for _ in range(2):
        async with edge.transactions(edge.person(Role.NURSE)) as tx:
            await Commands("medication", HANDLERS).handle(tx, told)
    app = edge.app(orders_router(edge.transactions), worklist_router(edge.transactions))
    return Ward(edge, app, episode, facility)


async def test_an_order_with_its_doses(open_edge: OpenEdge) -> None:
    ward = await open_ward(await open_edge("medication"))
    placed = await ward.place(ward.order(), "o1")
    assert placed.status_code == 201
    order_id = placed.json()["order_id"]
    assert (await ward.place(ward.order(), "o1")).content == placed.content
    first = await ward.give(order_id, "4", "d1")
    assert (first.status_code, first.json()["given_today_mg"], first.json()["cap_today_mg"]) == (
        201,
        "4",
        "8.00",
    )
    assert (await ward.give(order_id, "4", "d1")).content == first.content
    assert (await ward.give(order_id, "4.5", "d2")).json()["code"] == "day_cap_exceeded"
    ward.edge.clock.pass_by(days=1)
    assert (await ward.give(order_id, "12", "d3")).json()["cap_today_mg"] == "16.00"
    assert await ward.edge.types() == ["order_started", "dose_observed", "dose_observed"]
    seen = await ward.app.call("GET", f"/v1/orders/{order_id}", token=ward.app.person(new_id(), Role.NURSE))
    assert [dose["amount_mg"] for dose in seen.json()["doses"]] == ["4.00", "12.00"]


@pytest.mark.parametrize(
    ("score", "other", "status", "code", "field"),
    [
        (None, {}, 409, "withdrawal_score_missing", "withdrawal"),
        (10, {}, 409, "withdrawal_score_below_limit", "withdrawal.score"),
        (12, {"last_opioid": "fentanyl"}, 409, "withdrawal_score_below_limit", "withdrawal.score"),
        (49, {}, 422, "request_invalid", "body.withdrawal.score"),
        (12, {"medicine": "aspirin"}, 422, "request_invalid", "body.medicine"),
        (12, {"episode_id": str(new_id())}, 503, "episode_not_known_yet", None),
    ],
)
async def test_an_order_that_may_not_be_is_refused_by_name(
    open_edge: OpenEdge, score: int | None, other: dict[str, str], status: int, code: str, field: str | None
) -> None:
    ward = await open_ward(await open_edge("medication"))
    answer = await ward.place(ward.order(score, **other), "k")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in [problem["path"] for problem in answer.json()["fields"]]
    assert await ward.edge.outbox() == []
    assert await ward.edge.value("select count(*) from medication_order") == 0


async def test_only_a_prescriber_orders_in_care_and_once(open_edge: OpenEdge) -> None:
    ward = await open_ward(await open_edge("medication"))
    assert (await ward.place(ward.order(), "k1", Role.NURSE)).status_code == 403
    assert (await ward.place(ward.order(), "k2")).status_code == 201
    assert (await ward.place(ward.order(), "k3")).json()["code"] == "order_active"
    closed = await open_ward(await open_edge("medication"), Phase.CLOSED)
    assert (await closed.place(closed.order(), "k4")).json()["code"] == "episode_not_in_care"


async def test_the_first_dose_has_the_cap_of_day_one_however_long_after_the_order(open_edge: OpenEdge) -> None:
    ward = await open_ward(await open_edge("medication"))
    order_id = (await ward.place(ward.order(), "o")).json()["order_id"]
    ward.edge.clock.pass_by(days=3)
    assert (await ward.give(order_id, "8.01", "d1")).json()["code"] == "day_cap_exceeded"
    assert (await ward.give(order_id, "8", "d2")).json()["cap_today_mg"] == "8.00"
    ward.edge.clock.pass_by(days=2)
    assert (await ward.give(order_id, "16.01", "d3")).json()["code"] == "day_cap_exceeded"


async def test_the_dosing_queue_shows_who_has_not_been_dosed_today(open_edge: OpenEdge) -> None:
    ward = await open_ward(await open_edge("medication"))
    order_id = (await ward.place(ward.order(), "o")).json()["order_id"]
    token, params = ward.app.person(new_id(), Role.NURSE), {"facility": str(ward.facility_id)}

    async def queue() -> list[str]:
        answer = await ward.app.call("GET", "/v1/worklist", token=token, params=params)
        return [row["subject_id"] for row in answer.json()["rows"]]

    assert await queue() == [order_id]
    await ward.give(order_id, "4", "d")
    assert await queue() == []
    ward.edge.clock.pass_by(days=1)
    assert await queue() == [order_id]
