"""The dosing window of two facilities in two zones, with a patient who may come to either, and the duties that run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_kernel.codes import AgeBand, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at, resolve
from stepwell_medication.api.checks import checks_router
from stepwell_medication.api.doses import doses_router
from stepwell_medication.api.holds import holds_router
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.stock import stock_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_medication.duties.note_missed_day import NoteMissedDay
from stepwell_medication.usecases.note_missed_day import NOTE_MISSED_DAY_DUTY
from stepwell_messaging.delivery import Commands
from stepwell_postgres.duty_runner import DutyRunner
from stepwell_testing.edge import ServiceEdge, TestApp
from stepwell_testing.records import incoming

HOME_ZONE, GUEST_ZONE = "America/New_York", "America/Chicago"
PRESCRIBER, NURSE, WITNESS = new_id(), new_id(), new_id()

#: Everything speaks for take-homes.
CONSIDERED = {
    "no_risk_conditions": True,
    "regular_attendance": True,
    "no_endangering_behavior": True,
    "no_known_diversion": True,
    "safe_storage": True,
    "no_other_factor": True,
}


@dataclass(frozen=True)
class Window:
    """Two facilities of a tenant and a patient whose episode is at `home`."""

    edge: ServiceEdge
    app: TestApp
    home: UUID
    guest: UUID
    patient_id: UUID
    episode_id: UUID

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, role: Role = Role.NURSE, key: str = ""
    ) -> Any:
        """A command or a question of a nurse or a prescriber, of all facilities."""
        token = self.app.person(PRESCRIBER if role is Role.PRESCRIBER else NURSE, role)
        return await self.app.call(method, path, body, token=token, key=key or str(new_id()))

    async def order(self, medicine: str = "methadone", *, episode_id: UUID | None = None, **terms: Any) -> str:
        """An order that passes its gates."""
        episode = episode_id or self.episode_id
        await self.ask_monitoring_program(episode)
        body = {"episode_id": str(episode), "medicine": medicine, "last_opioid": "short_acting"} | terms
        if medicine != "methadone":
            body |= {"withdrawal": {"score": 12, "taken_at": self.edge.clock.now().isoformat()}}
        placed = await self.call("POST", "/v1/orders", body, role=Role.PRESCRIBER)
        assert placed.status_code == 201, placed.text
        return str(placed.json()["order_id"])

    async def ask_monitoring_program(self, episode_id: UUID) -> None:
        """A query that found nothing, as a decision about what is prescribed needs it."""
        asked = {"asked_at": self.edge.clock.now().isoformat(), "summary": "nothing_found"}
        path = f"/v1/episodes/{episode_id}/monitoring-checks"
        checked = await self.call("POST", path, asked, role=Role.PRESCRIBER)
        assert checked.status_code == 201, checked.text

    async def dose(self, order_id: str, amount_mg: str, *, key: str = "", **stated: Any) -> Any:
        """A dose at the window."""
        body = {"amount_mg": amount_mg} | {
            name: str(value) if isinstance(value, UUID) else value for name, value in stated.items()
        }
        return await self.call("POST", f"/v1/orders/{order_id}/doses", body, key=key)

    async def change(self, order_id: str, **terms: Any) -> None:
        """Other terms of an order."""
        await self.ask_monitoring_program(self.episode_id)
        changed = await self.call("POST", f"/v1/orders/{order_id}/change", terms, role=Role.PRESCRIBER)
        assert changed.status_code == 201, changed.text

    async def start_methadone(self, **terms: Any) -> str:
        """A course of methadone on its tenth day, with 80 mg a day and dosed today."""
        order_id = await self.order(**terms)
        assert (await self.dose(order_id, "30")).status_code == 201
        await self.change(order_id, daily_mg="80")
        for _ in range(9):
            await self.next_day()
            assert (await self.dose(order_id, "80")).status_code == 201
        return order_id

    async def hand_out(self, order_id: str, first_day: date, days: int, **terms: Any) -> Any:
        """Take-homes, with everything in their favour."""
        body = {"first_day": first_day.isoformat(), "days": days, "considerations": CONSIDERED} | terms
        role = Role.PRESCRIBER if "override_reason" in terms else Role.NURSE
        return await self.call("POST", f"/v1/orders/{order_id}/take-homes", body, role=role)

    async def lift(self, hold_id: str, **decision: Any) -> Any:
        """A prescriber lifts a hold."""
        return await self.call("POST", f"/v1/dosing-holds/{hold_id}/lift", decision, role=Role.PRESCRIBER)

    async def queue(self) -> Any:
        """The dosing queue of the home facility."""
        return (await self.call("GET", f"/v1/facilities/{self.home}/dosing-queue")).json()

    async def worklist(self, role: Role) -> list[tuple[str, str]]:
        """Kind and subject of what waits for a role, of the kinds that concern dosing."""
        token = self.app.person(new_id(), role)
        params = {"facility": str(self.home), "role": role}
        rows = (await self.app.call("GET", "/v1/worklist", token=token, params=params)).json()["rows"]
        return [(row["kind"], row["subject_id"]) for row in rows if row["kind"].startswith("dos")]

    def today(self) -> date:
        """The local day at home."""
        return local_at(self.edge.clock.now(), HOME_ZONE).date()

    async def next_day(self, days: int = 1) -> None:
        """Noon at home, local days later; what falls due on each day is done on it."""
        for _ in range(days):
            noon = datetime.combine(self.today() + timedelta(days=1), time(12))
            self.edge.clock.instant = resolve(noon, HOME_ZONE)
            await self.run_due()

    async def run_due(self) -> int:
        """Every duty that is due, and those that it plans; how many ran."""
        runner = DutyRunner(
            self.edge.pool, self.edge.clock, {NOTE_MISSED_DAY_DUTY: NoteMissedDay(self.edge.transactions)}
        )
        count = 0
        while ran := await runner.run_due():
            count += ran
        return count

    async def missed(self) -> list[tuple[str, int, str]]:
        """Day, days in a row and step of each missed day that was told, in order."""
        events = [e for e in await self.edge.outbox() if e.type == "stepwell.medication.dose_missed.v1"]
        told = [json.loads(event.payload) for event in events]
        return [(event["missed_on"], event["days_missed"], event["step"]) for event in told]


async def open_window(edge: ServiceEdge, jurisdiction: str | None = None) -> Window:
    """Two programs of type OTP and an episode in treatment, as the events of other services told it."""
    home, guest, program, patient, episode = new_id(), new_id(), new_id(), new_id(), new_id()
    for facility, zone in ((home, HOME_ZONE), (guest, GUEST_ZONE)):
        await tell(edge, facility_published(facility, zone, jurisdiction), f"facility/{facility}")
        await tell(edge, program_published(program if facility == home else new_id(), facility), "program/1")
    seen = StaffPublished(staff_id=WITNESS, facility_id=home, roles=("nurse",), credentials=())
    await tell(edge, seen, f"staff/{WITNESS}")
    await tell(edge, in_treatment(episode, patient, home, program), patient, version=5, episode_id=episode)
    app = edge.app(orders_router, checks_router, doses_router, holds_router, stock_router, worklist_router)
    return Window(edge, app, home, guest, patient, episode)


async def tell(
    edge: ServiceEdge, event: Any, key: UUID | str, version: int = 1, episode_id: UUID | None = None
) -> None:
    """Another service's event, delivered twice."""
    told = incoming(event, key=key, at=edge.clock.now(), version=version, episode_id=episode_id)
    for _ in range(2):
        async with edge.transactions(edge.person(Role.NURSE)) as tx:
            await Commands("medication", HANDLERS).handle(tx, [told])


def facility_published(facility: UUID, zone: str, jurisdiction: str | None = None) -> FacilityPublished:
    """A facility with a holiday on 4 March."""
    return FacilityPublished(
        facility_id=facility,
        neutral_name="North Center",
        callback_number="+12025550100",
        zone=zone,
        holidays=(date(2026, 3, 4),),
        jurisdiction=jurisdiction,
    )


def program_published(program: UUID, facility: UUID) -> ProgramPublished:
    """An opioid treatment program."""
    return ProgramPublished(
        program_id=program, facility_id=facility, program_type="OTP", level_of_care="2.1", minutes_per_week=540
    )


def in_treatment(episode: UUID, patient: UUID, facility: UUID, program: UUID) -> EpisodePhaseChanged:
    """An episode in treatment."""
    return EpisodePhaseChanged(
        episode_id=episode,
        patient_id=patient,
        facility_id=facility,
        program_id=program,
        age_band=AgeBand.ADULT,
        phase=Phase.TREATMENT,
        previous=Phase.ADMISSION,
        prescribed_minutes_per_week=540,
    )
