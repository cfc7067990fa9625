"""A facility whose intensive program plans its weeks: staff, groups, a weekly timetable, patients in treatment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2

from stepwell_contracts.activities import ActionKey, FacilityKey
from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import EpisodePhaseChanged, ReferralReceived
from stepwell_kernel.codes import AgeBand, Modality, Phase, ReferralSource, Role, TreatmentPart, Urgency
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_scheduling.api.bookings import bookings_router
from stepwell_scheduling.api.plans import plans_router
from stepwell_scheduling.api.reference import reference_router
from stepwell_scheduling.api.sessions import sessions_router
from stepwell_scheduling.api.visits import visits_router
from stepwell_scheduling.consumers.episodes import HANDLERS
from stepwell_testing.edge import TENANT, ServiceEdge, TestApp
from stepwell_testing.records import incoming

ZONE = "America/New_York"

#: The Monday on which a test begins, at noon.
MONDAY = date(2026, 3, 2)


@dataclass
class Patient:
    """A patient; `version` is that of the latest event of intake."""

    episode: UUID
    patient: UUID
    version: int = 0


@dataclass
class Program:
    """A facility with an intensive program of five modalities and an outpatient one, published over HTTP."""

    edge: ServiceEdge
    app: TestApp
    tenant: str = TENANT
    zone: str = ZONE
    facility: UUID = field(default_factory=new_id)
    intensive: UUID = field(default_factory=new_id)
    outpatient: UUID = field(default_factory=new_id)
    therapy: UUID = field(default_factory=new_id)
    workshop: UUID = field(default_factory=new_id)
    step_down: UUID = field(default_factory=new_id)
    lead: UUID = field(default_factory=new_id)
    counselor: UUID = field(default_factory=new_id)
    prescriber: UUID = field(default_factory=new_id)
    desk: UUID = field(default_factory=new_id)
    hall: UUID = field(default_factory=new_id)
    office: UUID = field(default_factory=new_id)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        role: Role = Role.SCHEDULER,
        key: str = "",
    ) -> httpx2.Response:
        """A request of a person of the tenant; a command under a key of its own, unless one is given."""
        token = self.app.person(self.desk, role, tenant=self.tenant)
        return await self.app.call(
            method, path, body, token=token, key=None if method == "GET" else key or str(new_id())
        )

    async def publish(self, **changes: Any) -> None:
        """Publish the reference data, with some of it otherwise."""
        answer = await self.call(
            "PUT", f"/v1/facilities/{self.facility}/reference", self.document() | changes, role=Role.ADMINISTRATOR
        )
        assert answer.status_code == 200, answer.text

    def document(self) -> dict[str, Any]:
        """The reference data."""
        tracks = {program: str(new_id()) for program in (self.intensive, self.outpatient)}
        return {
            "facility": {
                "neutral_name": "North Center",
                "callback_number": "+12025550100",
                "zone": self.zone,
                "jurisdiction": "US-NY",
            },
            "programs": [
                _program(self.intensive, "IOP", "2.1", 540),
                _program(self.outpatient, "OP", "1", 90),
            ],
            "tracks": [
                {"track_id": track, "program_id": str(program), "kind": "evening"} for program, track in tracks.items()
            ],
            "groups": [
                _group(self.therapy, tracks[self.intensive], Modality.GROUP_THERAPY, 8),
                _group(self.workshop, tracks[self.intensive], Modality.EDUCATIONAL_WORKSHOP, 8),
                _group(self.step_down, tracks[self.outpatient], Modality.GROUP_THERAPY, 8),
            ],
            "staff": [
                _member(self.lead, Role.COUNSELOR, "lpc"),
                _member(self.counselor, Role.COUNSELOR, "lcsw", "license_us_ny"),
                _member(self.prescriber, Role.PRESCRIBER, "md"),
            ],
            "rooms": [{"room_id": str(self.hall), "seats": 12}, {"room_id": str(self.office), "seats": 4}],
        }

    async def meet(self, group: UUID, day: date, starts: time = time(17, 30), minutes: int = 120) -> str:
        """A meeting of a group in the hall, on a local day; its session."""
        body = {
            "starts_local": datetime.combine(day, starts).isoformat(),
            "minutes": minutes,
            "clinician_id": str(self.lead),
            "room_id": str(self.hall),
        }
        answer = await self.call("POST", f"/v1/groups/{group}/sessions", body)
        assert answer.status_code == 201, answer.text
        session: str = answer.json()["session_id"]
        return session

    async def timetable(self, week: date = MONDAY, *, skip: Sequence[int] = ()) -> None:
        """Three evenings of group therapy and one of a workshop in the week from a Monday, some weekdays left out."""
        for weekday, group, minutes in (
            (0, self.therapy, 120),
            (1, self.workshop, 60),
            (2, self.therapy, 120),
            (4, self.therapy, 120),
        ):
            if weekday not in skip:
                await self.meet(group, week + timedelta(days=weekday), minutes=minutes)

    async def treat(
        self,
        *,
        age_band: AgeBand = AgeBand.ADULT,
        minutes: int = 540,
        part: TreatmentPart = TreatmentPart.STABILIZE,
        program: UUID | None = None,
    ) -> Patient:
        """A patient who enters treatment now, as intake's events tell."""
        patient = Patient(new_id(), new_id())
        referral = ReferralReceived(
            episode_id=patient.episode,
            patient_id=patient.patient,
            facility_id=self.facility,
            program_id=program or self.intensive,
            source=ReferralSource.SELF,
            urgency=Urgency.ROUTINE,
            age_band=age_band,
        )
        await self.tell(patient, referral)
        entered: dict[str, Any] = {"age_band": age_band, "minutes": minutes, "part": part, "program": program}
        await self.enter(patient, Phase.TREATMENT, Phase.ADMISSION, **entered)
        return patient

    async def enter(
        self,
        patient: Patient,
        phase: Phase,
        previous: Phase,
        *,
        age_band: AgeBand = AgeBand.ADULT,
        minutes: int = 540,
        part: TreatmentPart | None = None,
        program: UUID | None = None,
    ) -> None:
        """The episode enters a phase now."""
        await self.tell(
            patient,
            EpisodePhaseChanged(
                episode_id=patient.episode,
                patient_id=patient.patient,
                facility_id=self.facility,
                program_id=program or self.intensive,
                age_band=age_band,
                phase=phase,
                part=part,
                previous=previous,
                prescribed_minutes_per_week=minutes,
            ),
        )

    async def tell(self, patient: Patient, event: Event) -> None:
        """An event of intake about the patient, handled twice."""
        patient.version += 1
        arriving = incoming(
            event,
            key=patient.patient,
            at=self.edge.clock.now(),
            version=patient.version,
            tenant=self.tenant,
            episode_id=patient.episode,
        )
        for _ in range(2):
            async with self.edge.transactions(self.edge.person(Role.SCHEDULER, tenant=self.tenant)) as tx:
                await Commands("scheduling", HANDLERS).handle(tx, [arriving])

    async def plan(self, patient: Patient, week: date = MONDAY, *, dry_run: bool = False) -> dict[str, Any]:
        """The plan of a week, as the scheduler has it made."""
        body = {"week_starts_on": week.isoformat(), "dry_run": dry_run}
        answer = await self.call("POST", f"/v1/episodes/{patient.episode}/week-plan", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def available(self, patient: Patient, *windows: tuple[int, str, str], **more: Any) -> httpx2.Response:
        """The patient's availability from today on, by weekday, from and to."""
        body = {
            "effective_from": MONDAY.isoformat(),
            "windows": [{"weekday": day, "opens": begin, "closes": end} for day, begin, end in windows],
        }
        return await self.call("PUT", f"/v1/episodes/{patient.episode}/availability", body | more)

    async def booked(self, patient: Patient) -> list[tuple[str, str]]:
        """Modality and local begin of the bookings that stand, by begin."""
        rows = await self.edge.rows(
            """
            select s.modality, to_char(s.starts_at at time zone s.zone, 'MM-DD HH24:MI')
            from booking b join session s using (session_id)
            where b.episode_id = $1 and b.state = 'booked' order by s.starts_at
            """,
            patient.episode,
        )
        return [(row[0], row[1]) for row in rows]

    def action(self, patient: Patient, cause: str = "cause", index: int = 0) -> ActionKey:
        """The key of an action of the patient's journey."""
        return ActionKey(
            tenant=self.tenant,
            episode_id=patient.episode,
            patient_id=patient.patient,
            facility_id=self.facility,
            cause=cause,
            index=index,
        )

    def calendar(self, cause: str) -> FacilityKey:
        """The key of an action of the facility's calendar."""
        return FacilityKey(tenant=self.tenant, facility_id=self.facility, cause=cause)


async def open_program(edge: ServiceEdge, *, tenant: str = TENANT, zone: str = ZONE) -> Program:
    """Publish the facility."""
    app = edge.app(
        reference_router,
        sessions_router,
        visits_router,
        bookings_router,
        plans_router,
    )
    program = Program(edge, app, tenant, zone)
    await program.publish()
    return program


def instant(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _program(program: UUID, kind: str, level: str, minutes: int) -> dict[str, Any]:
    return {
        "program_id": str(program),
        "program_type": kind,
        "level_of_care": level,
        "minutes_per_week": minutes,
        "plans_weeks": True,
    }


def _group(group: UUID, track: str, modality: Modality, capacity: int) -> dict[str, Any]:
    topic = {"topic": "relapse_prevention"} if modality is Modality.EDUCATIONAL_WORKSHOP else {}
    return {"group_id": str(group), "track_id": track, "modality": modality, "capacity": capacity} | topic


def _member(staff: UUID, role: Role, *credentials: str) -> dict[str, Any]:
    return {"staff_id": str(staff), "roles": [role], "credentials": list(credentials)}
