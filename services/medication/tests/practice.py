"""A facility with a patient in treatment, a prescriber and a nurse, over the routes of orders and checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import EpisodePhaseChanged
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished
from stepwell_kernel.codes import AgeBand, DischargeReason, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_medication.api.checks import checks_router
from stepwell_medication.api.doses import doses_router
from stepwell_medication.api.drug_tests import drug_tests_router
from stepwell_medication.api.injections import injections_router
from stepwell_medication.api.orders import orders_router
from stepwell_medication.api.worklist import worklist_router
from stepwell_medication.consumers.reference import HANDLERS
from stepwell_messaging.delivery import Commands
from stepwell_testing.edge import TENANT, ServiceEdge, TestApp
from stepwell_testing.records import incoming

STAFF = {Role.PRESCRIBER: new_id(), Role.NURSE: new_id(), Role.SUPERVISOR: new_id(), Role.COUNSELOR: new_id()}


@dataclass(frozen=True)
class Practice:
    """An episode of a patient, as the events of other services told it."""

    edge: ServiceEdge
    app: TestApp
    facility: UUID = field(default_factory=new_id)
    episode: UUID = field(default_factory=new_id)
    patient: UUID = field(default_factory=new_id)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        role: Role = Role.PRESCRIBER,
        key: str | None = None,
        tenant: str = TENANT,
        **params: str,
    ) -> Any:
        """A request of a member of staff, under a key of its own unless one is given."""
        token = self.app.person(STAFF[role], role, tenant=tenant)
        return await self.app.call(method, path, body, token=token, key=key or str(new_id()), params=params)

    def ago(self, **spent: float) -> str:
        """The instant so long before now."""
        return (self.edge.clock.now() - timedelta(**spent)).isoformat()

    def order(self, medicine: str = "buprenorphine_naloxone_sl", **other: Any) -> dict[str, Any]:
        """The body of a start; without more it passes the gates of buprenorphine."""
        body: dict[str, Any] = {"episode_id": str(self.episode), "medicine": medicine}
        if medicine in {"buprenorphine_naloxone_sl", "buprenorphine_sl"}:
            score = {"score": 12, "taken_at": self.ago(minutes=5)}
            body |= {"last_opioid": "short_acting", "last_opioid_at": self.ago(hours=24), "withdrawal": score}
        return {name: value for name, value in (body | other).items() if value is not None}

    async def start(self, medicine: str = "buprenorphine_naloxone_sl", *, key: str | None = None, **other: Any) -> Any:
        """Start a medicine."""
        return await self.call("POST", "/v1/orders", self.order(medicine, **other), key=key)

    async def started(self, medicine: str = "buprenorphine_naloxone_sl", **other: Any) -> str:
        """The id of an order that passed."""
        answer = await self.start(medicine, **other)
        assert answer.status_code == 201, answer.text
        order_id: str = answer.json()["order_id"]
        return order_id

    async def change(self, order_id: str, *, key: str | None = None, **body: Any) -> Any:
        """Change an order."""
        return await self.call("POST", f"/v1/orders/{order_id}/change", body, key=key)

    async def end(self, order_id: str, reason: str = "patient_choice", *, key: str | None = None) -> Any:
        """End an order."""
        return await self.call("POST", f"/v1/orders/{order_id}/end", {"reason": reason}, key=key)

    async def check(self, check: str, *, taken_at: str | None = None, **value: Any) -> Any:
        """Record a check, of now unless told otherwise."""
        body = {"check": check, "taken_at": taken_at or self.ago(minutes=1)} | value
        return await self.call("POST", f"/v1/episodes/{self.episode}/checks", body, role=Role.NURSE)

    async def checked(self, check: str, **value: Any) -> None:
        """Record a check that is right."""
        answer = await self.check(check, **value)
        assert answer.status_code == 201, answer.text

    async def ask_monitoring(self, summary: str | None = "nothing_found", **spent: float) -> Any:
        """Ask the monitoring program."""
        body = {"asked_at": self.ago(**spent)} | ({"summary": summary} if summary else {})
        return await self.call("POST", f"/v1/episodes/{self.episode}/monitoring-checks", body)

    async def list_medicines(self, *substances: str, key: str | None = None) -> Any:
        """List what else the patient takes."""
        path = f"/v1/episodes/{self.episode}/other-medicines"
        return await self.call("PUT", path, {"substances": substances}, role=Role.NURSE, key=key)

    async def waiting(self, role: Role) -> list[str]:
        """The kinds of the rows of a role's worklist, the earliest due first."""
        token, params = self.app.person(STAFF[role], role), {"facility": str(self.facility), "role": role}
        page = await self.app.call("GET", "/v1/worklist", token=token, params=params)
        return [row["kind"] for row in page.json()["rows"]]

    async def tell(self, *events: Event, version: int = 5) -> None:
        """Have events of intake about the patient arrive; twice, as a consumer might deliver them."""
        now = self.edge.clock.now()
        told = [
            incoming(event, key=self.patient, at=now, version=version + number, episode_id=self.episode)
            for number, event in enumerate(events)
        ]
        await deliver(self.edge, told)

    def moved(self, phase: Phase, age_band: AgeBand = AgeBand.ADULT) -> EpisodePhaseChanged:
        """The episode is in the phase."""
        return EpisodePhaseChanged(
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            program_id=new_id(),
            age_band=age_band,
            phase=phase,
            previous=Phase.ADMISSION,
            prescribed_minutes_per_week=540,
        )

    def discharged(self, reason: DischargeReason) -> DischargeDecided:
        """A discharge is decided."""
        return DischargeDecided(
            episode_id=self.episode,
            reason=reason,
            last_contact_on=self.edge.clock.now().date(),
            decided_by=STAFF[Role.COUNSELOR],
        )

    async def elsewhere(self) -> "Practice":
        """A second episode of the same patient at another facility."""
        other = replace(self, facility=new_id(), episode=new_id())
        await publish(other, "OTP")
        await other.tell(other.moved(Phase.TREATMENT), version=50)
        return other

    async def rows(self, table: str) -> int:
        """How many rows a table has."""
        return int(await self.edge.value(f"select count(*) from {table}"))


async def deliver(edge: ServiceEdge, told: list[Any]) -> None:
    """Have a batch arrive twice."""
    for _ in range(2):
        async with edge.transactions(edge.person(Role.NURSE)) as tx:
            await Commands("medication", HANDLERS).handle(tx, told)


async def publish(practice: Practice, *program_types: str) -> None:
    """Have the reference data of the facility and its programs arrive."""
    now = practice.edge.clock.now()
    facility = FacilityPublished(
        facility_id=practice.facility,
        neutral_name="North Center",
        callback_number="+12025550100",
        zone="America/New_York",
        holidays=(date(2026, 7, 3),),
        jurisdiction="US-WI",
    )
    told = [incoming(facility, key=f"facility/{practice.facility}", at=now)]
    for kind in program_types:
        program = ProgramPublished(
            program_id=new_id(),
            facility_id=practice.facility,
            program_type=kind,
            level_of_care="2.1",
            minutes_per_week=540,
        )
        told.append(incoming(program, key=f"program/{program.program_id}", at=now))
    await deliver(practice.edge, told)


async def open_practice(
    edge: ServiceEdge,
    *,
    phase: Phase = Phase.TREATMENT,
    age_band: AgeBand = AgeBand.ADULT,
    programs: tuple[str, ...] = ("IOP", "OTP"),
    monitored: bool = True,
) -> Practice:
    """An episode at a facility with programs; the monitoring program was asked a minute ago."""
    app = edge.app(
        orders_router,
        checks_router,
        doses_router,
        drug_tests_router,
        injections_router,
        worklist_router,
    )
    practice = Practice(edge, app)
    await publish(practice, *programs)
    await practice.tell(practice.moved(phase, age_band))
    if monitored:
        assert (await practice.ask_monitoring(minutes=1)).status_code == 201
    return practice
