"""Drug tests over HTTP and by the calendar, on PostgreSQL."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from stepwell_contracts.activities import FacilityKey, SelectDrugTests
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_medication.activities.facility import MedicationActivities
from stepwell_medication.api.drug_tests import drug_tests_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_medication.domain.draws import Chance, draw
from stepwell_medication.domain.specimens import doubt
from stepwell_medication.duties.end_call_in import EndCallIn
from stepwell_medication.store.drug_test_rules import specimen_rules
from stepwell_medication.usecases.note_uncollected import END_CALL_IN_DUTY
from stepwell_messaging.delivery import Commands
from stepwell_postgres.duty_runner import DutyRunner
from stepwell_testing.edge import OTHER_TENANT, TENANT, ServiceEdge, TestApp
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

ZONE = "America/New_York"
STAFF = new_id()


@dataclass(frozen=True)
class Laboratory:
    """A facility with patients in treatment since a day."""

    edge: ServiceEdge
    app: TestApp
    facility_id: UUID
    episodes: tuple[UUID, ...]

    @property
    def today(self) -> date:
        return local_at(self.edge.clock.now(), ZONE).date()

    async def post(self, path: str, body: dict[str, Any], key: str, role: Role = Role.NURSE) -> Any:
        return await self.app.call("POST", path, body, token=self.app.person(STAFF, role), key=key)

    async def ordered(self, key: str = "order") -> str:
        answer = await self.post(f"/v1/episodes/{self.episodes[0]}/drug-tests", {"reason": "for_cause"}, key)
        assert answer.status_code == 201, answer.text
        test_id: str = answer.json()["test_id"]
        return test_id

    async def collected(self, **body: Any) -> str:
        test_id = await self.ordered()
        answer = await self.post(f"/v1/drug-tests/{test_id}/collection", body, f"collect/{test_id}")
        assert answer.status_code == 201, answer.text
        return test_id

    async def result(self, test_id: str, body: dict[str, Any], key: str = "result") -> Any:
        usual = {"stage": "presumptive", "panel": [{"analyte": "cocaine", "positive": False}]}
        return await self.post(f"/v1/drug-tests/{test_id}/results", usual | body, key)

    async def tests(self) -> Any:
        token = self.app.person(STAFF, Role.NURSE)
        return (await self.app.call("GET", f"/v1/episodes/{self.episodes[0]}/drug-tests", token=token)).json()["tests"]

    async def day_passes(self) -> int:
        self.edge.clock.pass_by(days=1)
        handlers = {END_CALL_IN_DUTY: EndCallIn(self.edge.transactions)}
        return await DutyRunner(self.edge.pool, self.edge.clock, handlers).run_due()


async def open_laboratory(edge: ServiceEdge, patients: int = 1, holidays: tuple[date, ...] = ()) -> Laboratory:
    facility, now = new_id(), edge.clock.now()
    published = FacilityPublished(
        facility_id=facility, neutral_name="Center", callback_number="+12025550143", zone=ZONE, holidays=holidays
    )
    told = [incoming(published, key=f"facility/{facility}", at=now)]
    episodes = []
    for _ in range(patients):
        episode, patient = new_id(), new_id()
        entered = EpisodePhaseChanged(
            episode_id=episode,
            patient_id=patient,
            facility_id=facility,
            program_id=new_id(),
            age_band=AgeBand.ADULT,
            phase=Phase.TREATMENT,
            previous=Phase.ADMISSION,
            prescribed_minutes_per_week=540,
        )
        told.append(incoming(entered, key=patient, at=now, episode_id=episode))
        episodes.append(episode)
    async with edge.transactions(edge.person()) as tx:
        await Commands("medication", HANDLERS).handle(tx, told)
    return Laboratory(edge, edge.app(drug_tests_router), facility, tuple(episodes))


async def test_a_test_from_its_order_to_its_result(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    test_id = await laboratory.collected(temperature_f="96.0", observed=True)
    answer = await laboratory.result(test_id, {})
    assert answer.json()["result"] == "expected_negative"
    assert not answer.json()["needs_confirmation"]
    assert [test["state"] for test in await laboratory.tests()] == ["resulted"]
    assert await laboratory.edge.types() == ["drug_test_selected", "drug_test_collected", "drug_test_resulted"]


async def test_an_unexpected_result_is_confirmed_and_changes_no_dose(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    test_id = await laboratory.collected()
    found = [{"analyte": "cocaine", "positive": True}]
    answer = await laboratory.result(test_id, {"panel": found})
    assert (answer.json()["result"], answer.json()["needs_confirmation"]) == ("unexpected_positive", True)
    again = await laboratory.result(test_id, {"panel": found}, "again")
    assert again.json()["code"] == "test_has_result"
    definitive = await laboratory.result(test_id, {"stage": "definitive"}, "definitive")
    assert (definitive.json()["result"], definitive.json()["needs_confirmation"]) == ("expected_negative", False)
    confirmation = {"reason": "confirmation", "confirms": test_id}
    episode = laboratory.episodes[0]
    assert (await laboratory.post(f"/v1/episodes/{episode}/drug-tests", confirmation, "confirm")).status_code == 201
    assert await laboratory.edge.value("select count(*) from drug_test_result") == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "confirmation"}, "confirmation_of_nothing"),
        ({"reason": "for_cause", "confirms": str(new_id())}, "confirmation_of_nothing"),
        ({"reason": "confirmation", "confirms": str(new_id())}, "drug_test_not_found"),
        ({"reason": "random"}, "request_invalid"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(open_edge: OpenEdge, body: dict[str, Any], code: str) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    answer = await laboratory.post(f"/v1/episodes/{laboratory.episodes[0]}/drug-tests", body, "order")
    assert answer.json()["code"] == code
    assert await laboratory.tests() == []
    assert await laboratory.edge.types() == []


async def test_a_result_needs_a_specimen_and_a_panel_that_holds_together(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    test_id = await laboratory.ordered()
    assert (await laboratory.result(test_id, {})).json()["code"] == "no_specimen"
    test_id = await laboratory.collected()
    twice = [{"analyte": "cocaine", "positive": True}, {"analyte": "cocaine", "positive": False}]
    assert (await laboratory.result(test_id, {"panel": twice})).json()["code"] == "panel_repeats"
    later = (laboratory.edge.clock.now() + timedelta(minutes=1)).isoformat()
    use = [{"analyte": "fentanyl", "last_used_at": later}]
    assert (await laboratory.result(test_id, {"reported_use": use})).json()["code"] == "use_in_the_future"
    assert (await laboratory.result(test_id, {})).status_code == 201


async def test_use_that_the_patient_told_of_is_a_residue_within_its_window(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    used = (laboratory.edge.clock.now() - timedelta(days=20)).isoformat()
    test_id = await laboratory.collected()
    body = {
        "panel": [{"analyte": "fentanyl", "positive": True}],
        "reported_use": [{"analyte": "fentanyl", "last_used_at": used}],
    }
    assert (await laboratory.result(test_id, body)).json()["result"] == "expected_residual"


async def test_who_does_not_come_in_time_is_noted_once(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    test_id = await laboratory.ordered()
    assert await laboratory.day_passes() == 1
    assert await laboratory.day_passes() == 0
    assert [test["not_collected"] for test in await laboratory.tests()] == ["did_not_come"]
    answer = await laboratory.post(f"/v1/drug-tests/{test_id}/collection", {}, "late")
    assert answer.json()["code"] == "test_not_waiting"
    assert await laboratory.edge.types() == ["drug_test_selected", "drug_test_not_collected"]


async def test_who_waits_is_on_the_worklist_of_nurses(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    app = laboratory.edge.app(worklist_router)

    async def waiting() -> list[str]:
        query = {"facility": str(laboratory.facility_id), "role": "nurse"}
        answer = await app.call("GET", "/v1/worklist", token=app.person(STAFF, Role.NURSE), params=query)
        return [row["subject_id"] for row in answer.json()["rows"] if row["kind"] == "drug_test"]

    assert await waiting() == []
    test_id = await laboratory.ordered()
    assert await waiting() == [test_id]
    await laboratory.post(f"/v1/drug-tests/{test_id}/collection", {}, "collect")
    assert await waiting() == []


async def test_a_specimen_or_a_refusal_ends_the_wait(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    refused = await laboratory.ordered("first")
    answer = await laboratory.post(f"/v1/drug-tests/{refused}/not-collected", {"reason": "refused"}, "refuse")
    assert answer.json() == {"test_id": refused, "reason": "refused"}
    await laboratory.collected()
    assert await laboratory.day_passes() == 0
    assert (await laboratory.edge.types()).count("drug_test_not_collected") == 1


async def test_a_day_is_drawn_for_once_and_can_be_drawn_again_by_anybody(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"), patients=40)
    path = f"/v1/facilities/{laboratory.facility_id}/drug-test-draws"
    first = (await laboratory.post(path, {}, "draw")).json()
    second = (await laboratory.post(path, {}, "draw-again")).json()
    assert first == second
    assert first["pool"] == 40
    assert 0 < len(first["tests"]) < 40
    token = laboratory.app.person(STAFF, Role.SUPERVISOR)
    kept = (await laboratory.app.call("GET", f"{path}/{laboratory.today}", token=token)).json()
    pool = [Chance(UUID(one["episode_id"]), one["lots"]) for one in kept["pool"]]
    assert [str(episode) for episode in draw(kept["seed"], pool)] == kept["selected"]
    types = await laboratory.edge.types()
    assert types.count("drug_tests_drawn") == 1
    assert types.count("drug_test_selected") == len(first["tests"])


async def test_the_calendar_draws_once_however_often_it_asks(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    laboratory = await open_laboratory(edge, patients=10)
    activities = MedicationActivities(edge.transactions)
    key = FacilityKey(tenant=TENANT, facility_id=laboratory.facility_id, cause="draw")
    message = SelectDrugTests(key=key, day=laboratory.today)
    for _ in range(2):
        assert (await ActivityEnvironment().run(activities.select_drug_tests, message)).accepted
    another = message.model_copy(update={"key": key.model_copy(update={"cause": "another"})})
    assert (await ActivityEnvironment().run(activities.select_drug_tests, another)).accepted
    assert (await edge.types()).count("drug_tests_drawn") == 1


async def test_draws_at_the_same_moment_are_one(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"), patients=20)
    path = f"/v1/facilities/{laboratory.facility_id}/drug-test-draws"
    answers = await asyncio.gather(*(laboratory.post(path, {}, f"draw-{number}") for number in range(8)))
    assert len({answer.text for answer in answers}) == 1
    assert await laboratory.edge.value("select count(*) from drug_test_draw") == 1


async def test_nobody_is_drawn_on_a_holiday(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    today = local_at(edge.clock.now(), ZONE).date()
    laboratory = await open_laboratory(edge, patients=20, holidays=(today,))
    path = f"/v1/facilities/{laboratory.facility_id}/drug-test-draws"
    assert (await laboratory.post(path, {}, "draw")).json()["tests"] == []


async def test_a_draw_is_shown_to_those_who_audit_it_only(open_edge: OpenEdge) -> None:
    laboratory = await open_laboratory(await open_edge("medication"))
    path = f"/v1/facilities/{laboratory.facility_id}/drug-test-draws"
    await laboratory.post(path, {}, "draw")
    day = f"{path}/{laboratory.today}"
    answer = await laboratory.app.call("GET", day, token=laboratory.app.person(STAFF, Role.NURSE))
    assert answer.status_code == 403
    stranger = laboratory.app.person(STAFF, Role.SUPERVISOR, tenant=OTHER_TENANT)
    assert (await laboratory.app.call("GET", day, token=stranger)).status_code == 404


@pytest.mark.parametrize(
    ("measures", "verdict"),
    [
        ({"creatinine": "20", "specific_gravity": "1.0020"}, None),
        ({"creatinine": "19.9", "specific_gravity": "1.0029"}, "dilute"),
        ({"creatinine": "19.9", "specific_gravity": "1.0030"}, None),
        ({"creatinine": "2", "specific_gravity": "1.0011"}, "dilute"),
        ({"creatinine": "2", "specific_gravity": "1.0010"}, "invalid"),
        ({"creatinine": "20", "specific_gravity": "1.0010"}, "invalid"),
        ({"creatinine": "20", "specific_gravity": "1.0011"}, None),
        ({"creatinine": "1.9", "specific_gravity": "1.0010"}, "substituted"),
        ({"creatinine": "1.9", "specific_gravity": "1.0011"}, "invalid"),
        ({"creatinine": "1.9", "specific_gravity": "1.0199"}, "invalid"),
        ({"creatinine": "1.9", "specific_gravity": "1.0200"}, "substituted"),
        ({"nitrite": "499.9"}, None),
        ({"nitrite": "500"}, "adulterated"),
        ({"ph": "3.9"}, "adulterated"),
        ({"ph": "4"}, "invalid"),
        ({"ph": "4.5"}, None),
        ({"ph": "8.9"}, None),
        ({"ph": "9"}, "invalid"),
        ({"ph": "11"}, "adulterated"),
        ({"temperature_f": "89.9"}, "invalid"),
        ({"temperature_f": "90"}, None),
        ({"temperature_f": "100"}, None),
        ({"temperature_f": "100.1"}, "invalid"),
        ({"ph": "3.9", "creatinine": "19", "specific_gravity": "1.0020"}, "adulterated"),
        ({}, None),
    ],
)
async def test_specimens_by_the_rows_in_force(
    open_edge: OpenEdge, measures: dict[str, str], verdict: str | None
) -> None:
    """Federal workplace criteria, used clinically."""
    edge = await open_edge("medication")
    async with edge.transactions(edge.person()) as tx:
        rules = await specimen_rules(tx, date(2026, 3, 2))
    assert doubt(rules, {name: Decimal(value) for name, value in measures.items()}) == verdict
