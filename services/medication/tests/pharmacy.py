"""A facility with its staff, a patient in treatment and the routes of stock and injections, for tests on PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_medication.api.checks import checks_router
from stepwell_medication.api.holds import holds_router
from stepwell_medication.api.injections import injections_router
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.stock import stock_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_medication.duties.call_for_injection import CallForInjection
from stepwell_medication.duties.note_overdue_injection import NoteOverdueInjection
from stepwell_medication.usecases.plan_injection import CALL_FOR_INJECTION_DUTY, NOTE_OVERDUE_INJECTION_DUTY
from stepwell_messaging.delivery import Commands
from stepwell_postgres.duty_runner import DutyHandler, DutyRunner
from stepwell_testing.edge import TENANT, ServiceEdge, TestApp
from stepwell_testing.records import incoming

NURSE, WITNESS, PRESCRIBER, SUPERVISOR = new_id(), new_id(), new_id(), new_id()
STAFF = {Role.NURSE: NURSE, Role.PRESCRIBER: PRESCRIBER, Role.SUPERVISOR: SUPERVISOR}

FILM = {"medicine": "buprenorphine_naloxone_sl", "lot_code": "F-1", "unit_mg": "8", "expires_on": "2027-01-31"}
SYRINGE = {"medicine": "sublocade", "lot_code": "S-1", "unit_mg": "300", "expires_on": "2027-01-31"}


@dataclass(frozen=True)
class Pharmacy:
    """A facility in New York, called over HTTP."""

    edge: ServiceEdge
    app: TestApp
    facility: UUID
    program: UUID
    episode: UUID
    patient: UUID

    async def tell(self, *events: tuple[Event, str | UUID, UUID | None], version: int = 5) -> None:
        """Have events of other services arrive, each with its key and episode; twice."""
        now = self.edge.clock.now()
        told = [incoming(event, key=key, at=now, version=version, episode_id=episode) for event, key, episode in events]
        for _ in range(2):
            async with self.edge.transactions(self.edge.person(Role.NURSE)) as tx:
                await Commands("medication", HANDLERS).handle(tx, told)

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        role: Role = Role.NURSE,
        key: str | None = None,
        tenant: str = TENANT,
        staff_id: UUID | None = None,
        facilities: tuple[UUID, ...] = (),
    ) -> Any:
        """A command of a member of staff."""
        token = self.app.person(staff_id or STAFF[role], role, tenant=tenant, facilities=facilities)
        return await self.app.call("POST", path, body, token=token, key=key or str(new_id()))

    async def get(self, path: str, role: Role = Role.NURSE, params: Mapping[str, str] | None = None) -> Any:
        """A question of a member of staff."""
        return await self.app.call("GET", path, token=self.app.person(STAFF[role], role), params=params)

    async def receive(self, quantity_mg: str, lot: Mapping[str, Any] = FILM, **other: Any) -> Any:
        """A delivery."""
        body = {"quantity_mg": quantity_mg} | dict(lot) | other
        return await self.post(f"/v1/facilities/{self.facility}/lots", body)

    async def lot(self, quantity_mg: str, lot: Mapping[str, Any] = FILM, **other: Any) -> str:
        """The id of a lot with so much in it."""
        answer = await self.receive(quantity_mg, lot, **other)
        assert answer.status_code == 201, answer.json()
        return str(answer.json()["lot_id"])

    async def order(self, medicine: str, **other: Any) -> str:
        """The id of an order whose gates pass, placed now."""
        episode, now = f"/v1/episodes/{self.episode}", self.edge.clock.now().isoformat()
        asked = {"asked_at": now, "summary": "nothing_found"}
        answers = [await self.post(f"{episode}/monitoring-checks", asked, role=Role.PRESCRIBER)]
        for check, result in {"transmucosal_test_dose": "tolerated", "naloxone_challenge": "passed"}.items():
            body = {"check": check, "result": result, "taken_at": now}
            answers.append(await self.post(f"{episode}/checks", body))
        body = {"episode_id": str(self.episode), "medicine": medicine} | other
        answers.append(await self.post("/v1/orders", body, role=Role.PRESCRIBER))
        assert [answer.status_code for answer in answers] == [201] * len(answers), answers[-1].json()
        return str(answers[-1].json()["order_id"])

    async def inject(self, order_id: str, amount_mg: int, /, *, role: Role = Role.NURSE, **other: Any) -> Any:
        """An injection into the right buttock, with a reversal agent discussed."""
        body = {"amount_mg": str(amount_mg), "site": "buttock", "side": "right", "reversal_agent_discussed": True}
        key = other.pop("key", None)
        return await self.post(f"/v1/orders/{order_id}/injections", body | other, role=role, key=key)

    async def ledger(self, lot_id: str) -> list[tuple[int, str, str, str]]:
        """Number, movement, quantity and balance of each entry."""
        page = (await self.get(f"/v1/lots/{lot_id}/ledger")).json()
        return [(e["number"], e["movement"], e["quantity_mg"], e["balance_mg"]) for e in page["entries"]]

    async def waiting(self, role: Role) -> list[tuple[str, str]]:
        """Kind and subject of the rows of a role's worklist."""
        page = (await self.get("/v1/worklist", role, {"facility": str(self.facility), "role": role})).json()
        return [(row["kind"], row["subject_id"]) for row in page["rows"]]

    async def run_due(self) -> int:
        """Run the duties of injections that are due at the present instant."""
        handlers: dict[str, DutyHandler] = {
            CALL_FOR_INJECTION_DUTY: CallForInjection(self.edge.transactions),
            NOTE_OVERDUE_INJECTION_DUTY: NoteOverdueInjection(self.edge.transactions),
        }
        return await DutyRunner(self.edge.pool, self.edge.clock, handlers, kinds=tuple(handlers)).run_due()

    def at(self, text: str) -> None:
        """Set the clock to an instant in UTC."""
        self.edge.clock.instant = datetime.fromisoformat(f"{text}+00:00")

    async def events(self, kind: str) -> Sequence[bytes]:
        """The bodies of the events of a type, in order."""
        return [event.payload for event in await self.edge.outbox() if event.type.split(".")[2] == kind]


async def open_pharmacy(edge: ServiceEdge) -> Pharmacy:
    """A facility with a nurse and a witness, and a patient in treatment there."""
    app = edge.app(
        orders_router,
        checks_router,
        holds_router,
        injections_router,
        stock_router,
        worklist_router,
    )
    pharmacy = Pharmacy(edge, app, new_id(), new_id(), new_id(), new_id())
    await pharmacy.tell(
        (facility_event(pharmacy.facility), f"facility/{pharmacy.facility}", None),
        (program_event(pharmacy), f"program/{pharmacy.program}", None),
        *((staff_event(pharmacy, staff), f"staff/{staff}", None) for staff in (NURSE, WITNESS)),
        (phase_event(pharmacy), pharmacy.patient, pharmacy.episode),
    )
    return pharmacy


def facility_event(facility: UUID) -> FacilityPublished:
    """The facility in New York."""
    return FacilityPublished(
        facility_id=facility,
        neutral_name="North Center",
        callback_number="+12025550100",
        zone="America/New_York",
        holidays=(),
    )


def program_event(pharmacy: Pharmacy) -> ProgramPublished:
    """Its program."""
    return ProgramPublished(
        program_id=pharmacy.program,
        facility_id=pharmacy.facility,
        program_type="IOP",
        level_of_care="2.1",
        minutes_per_week=540,
    )


def staff_event(pharmacy: Pharmacy, staff: UUID) -> StaffPublished:
    """A nurse there."""
    return StaffPublished(staff_id=staff, facility_id=pharmacy.facility, roles=(Role.NURSE,), credentials=())


def phase_event(pharmacy: Pharmacy, phase: Phase = Phase.TREATMENT) -> EpisodePhaseChanged:
    """The patient's episode moved."""
    return EpisodePhaseChanged(
        episode_id=pharmacy.episode,
        patient_id=pharmacy.patient,
        facility_id=pharmacy.facility,
        program_id=pharmacy.program,
        age_band=AgeBand.ADULT,
        phase=phase,
        previous=Phase.ADMISSION,
        prescribed_minutes_per_week=540,
    )
