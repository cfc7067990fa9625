"""Notifications with what surrounds it: events of other services, intake's answers over HTTP, a real SMTP server."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stepwell_clients.intake import IntakeClient
from stepwell_clients.tokens import PersonToken
from stepwell_clients.transport import Transport
from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import ContactPermissionChanged, EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.intake_clinical import CrisisClosed, CrisisRaised
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import AppointmentBooked, AppointmentCancelled, FacilityPublished
from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_contracts.http.notifications import OnCallPerson, SetOnCall
from stepwell_kernel.codes import (
    AgeBand,
    Channel,
    CrisisDisposition,
    DischargeReason,
    Modality,
    Phase,
    ReferralSource,
    Role,
    Urgency,
)
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_notifications.channels.channel import Provider
from stepwell_notifications.channels.email import EmailChannel
from stepwell_notifications.channels.failover import Circuits
from stepwell_notifications.channels.providers import Providers
from stepwell_notifications.consumers.handlers import HANDLERS
from stepwell_notifications.duties.escalate_page import EscalatePage
from stepwell_notifications.duties.page_on_call import PageOnCall
from stepwell_notifications.duties.send_message import SendMessage
from stepwell_notifications.metrics import ProviderMetrics
from stepwell_notifications.store.on_call import Rosters
from stepwell_notifications.usecases.call_next import ESCALATE_PAGE, PAGE_ON_CALL
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_notifications.usecases.set_on_call import set_on_call
from stepwell_postgres.duty_runner import DutyHandler, DutyRunner
from stepwell_runtime.keys import FileKeys
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.records import incoming

ZONE = "America/New_York"
ADDRESS = "ada.marked@example.org"

Hook = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """What happens in between, by default."""


def text_of(envelope: Envelope) -> str:
    """The e-mail as it came."""
    content = envelope.content or b""
    return content if isinstance(content, str) else content.decode()


@dataclass
class PostOffice:
    """An SMTP server: what it took, and how it answers."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    vanishes: bool = False
    in_between: Hook = _nothing

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        await self.in_between()
        if self.data_answer.startswith("250"):
            self.taken.append(envelope)
        if self.vanishes and server.transport is not None:
            cast("asyncio.WriteTransport", server.transport).abort()
        return self.data_answer

    def identifiers(self) -> list[str]:
        """Message-IDs as they came."""
        return [
            line.partition(":")[2].strip()
            for envelope in self.taken
            for line in text_of(envelope).splitlines()
            if line.lower().startswith("message-id:")
        ]


@asynccontextmanager
async def open_post_office() -> AsyncIterator[PostOffice]:
    """The server, listening on a free port."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, hostname="localhost", loop=loop), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()


@dataclass
class Intake:
    """Intake's side of the question, answered as the test wants it.

    A telephone number is no way for an e-mail, nor the other way round; `by_text` is there when both are known.
    """

    answer: ContactPoint = field(
        default_factory=lambda: ContactPoint(
            permitted=True, address=ADDRESS, first_name="Ada", zone=ZONE, language="en"
        )
    )
    by_text: ContactPoint | None = None
    away: bool = False
    problem: tuple[int, str] | None = None
    in_between: Hook = _nothing
    asked: list[ResolveContactPoint] = field(default_factory=list)

    async def resolve(self, request: Request) -> JSONResponse:
        question = ResolveContactPoint.model_validate_json(await request.body())
        self.asked.append(question)
        await self.in_between()
        status, code = (503, "database_unavailable") if self.away else self.problem or (200, "")
        if status != 200:
            document: dict[str, Any] = {"type": "x", "title": "x", "status": status, "code": code, "detail": "x"}
            return JSONResponse(document, status, media_type="application/problem+json")
        return JSONResponse(self._point(question.channel).model_dump(mode="json"))

    def _point(self, channel: Channel) -> ContactPoint:
        if channel is Channel.SMS and self.by_text is not None:
            return self.by_text
        if self.answer.address is not None and self.answer.address.startswith("+") is not (channel is Channel.SMS):
            return ContactPoint(permitted=False, reason_code="no_address")
        return self.answer

    def client(self) -> IntakeClient:
        """The client that asks it, patient for as long as what happens in between takes on a busy machine."""
        app = Starlette(routes=[Route("/v1/contact-points/resolve", self.resolve, methods=["POST"])])
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))
        return IntakeClient(Transport(http, "http://intake", "intake", PersonToken("token"), deadline_s=2.0))


@dataclass
class Desk:
    """One facility, one patient with one episode."""

    edge: ServiceEdge
    office: PostOffice
    intake: Intake
    handlers: Mapping[str, DutyHandler]
    rosters: Rosters
    facility: UUID = field(default_factory=new_id)
    patient: UUID = field(default_factory=new_id)
    episode: UUID = field(default_factory=new_id)
    told: int = 0

    async def tell(self, *events: tuple[Event, UUID | str], times: int = 2) -> None:
        """Have the events handled, twice: the effect happens once."""
        arriving = []
        for event, key in events:
            self.told += 1
            at = self.edge.clock.now()
            arriving.append(incoming(event, key=key, at=at, version=self.told, episode_id=self.episode))
        for _ in range(times):
            async with self.edge.transactions(self.edge.person(Role.OPERATIONS)) as tx:
                await Commands("notifications", HANDLERS).handle(tx, arriving)

    async def open(self, facility_name: str = "North Center", jurisdiction: str | None = None) -> None:
        """The facility is published, the patient referred and reached by e-mail."""
        published = FacilityPublished(
            facility_id=self.facility,
            neutral_name=facility_name,
            callback_number="+12025550100",
            zone=ZONE,
            holidays=(),
            jurisdiction=jurisdiction,
        )
        referred = ReferralReceived(
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            program_id=new_id(),
            source=ReferralSource.SELF,
            urgency=Urgency.ROUTINE,
            age_band=AgeBand.ADULT,
        )
        permitted = ContactPermissionChanged(patient_id=self.patient, channel=Channel.EMAIL, permitted=True)
        told = ((published, f"facility/{self.facility}"), (referred, self.patient), (permitted, self.patient))
        await self.tell(*told)

    async def book(self, starts_at: datetime | None = None, *, booking: UUID | None = None, times: int = 2) -> UUID:
        """An appointment, in two days if nothing is said."""
        starts_at = starts_at or self.edge.clock.now() + timedelta(days=2)
        booked = AppointmentBooked(
            booking_id=booking or new_id(),
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            session_id=new_id(),
            modality=Modality.GROUP_THERAPY,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
        await self.tell((booked, self.patient), times=times)
        return booked.booking_id

    async def cancel(self, booking: UUID, reason_code: str = "patient_asked", *, times: int = 2) -> None:
        """The appointment is cancelled."""
        cancelled = AppointmentCancelled(
            booking_id=booking,
            episode_id=self.episode,
            patient_id=self.patient,
            reason_code=reason_code,
        )
        await self.tell((cancelled, self.patient), times=times)

    async def move(self, booking: UUID, former: datetime, starts_at: datetime, *, times: int = 2) -> None:
        """The appointment is moved to another time."""
        moved = AppointmentMoved(
            booking_id=booking,
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            session_id=new_id(),
            former_session_id=new_id(),
            modality=Modality.GROUP_THERAPY,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            former_starts_at=former,
            reason_code="patient_asked",
        )
        await self.tell((moved, self.patient), times=times)

    async def change_phase(self, phase: Phase) -> None:
        """The episode moves."""
        changed = EpisodePhaseChanged(
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            program_id=new_id(),
            age_band=AgeBand.ADULT,
            phase=phase,
            previous=Phase.TREATMENT,
            prescribed_minutes_per_week=540,
        )
        await self.tell((changed, self.patient))

    async def discharge(self, reason: DischargeReason) -> None:
        """A clinician decided the discharge."""
        decided = DischargeDecided(
            episode_id=self.episode,
            reason=reason,
            last_contact_on=self.edge.clock.now().date(),
            decided_by=new_id(),
        )
        await self.tell((decided, self.patient))

    async def raise_crisis(self, crisis: UUID | None = None) -> UUID:
        """Somebody is in danger."""
        raised = CrisisRaised(
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            crisis_id=crisis or new_id(),
        )
        await self.tell((raised, self.patient))
        return raised.crisis_id

    async def close_crisis(self, crisis: UUID) -> None:
        """The crisis is over."""
        closed = CrisisClosed(
            episode_id=self.episode,
            crisis_id=crisis,
            disposition=CrisisDisposition.SAFETY_PLAN,
            closed_by=new_id(),
        )
        await self.tell((closed, self.patient))

    async def put_on_call(self, *addresses: str) -> Sequence[OnCallPerson]:
        """A roster of people with these pagers."""
        people = tuple(OnCallPerson(staff_id=new_id(), address=address) for address in addresses)
        async with self.edge.transactions(self.edge.person(Role.SUPERVISOR)) as tx:
            await set_on_call(tx, self.rosters, self.facility, SetOnCall(people=people))
        return people

    async def page(self, crisis: UUID) -> dict[str, Any]:
        """The page about a crisis."""
        (row,) = await self.edge.rows("select * from page where about = $1", crisis)
        return dict(row)

    async def permit(self, channel: Channel, *, permitted: bool) -> None:
        """The patient allows or withdraws contact."""
        changed = ContactPermissionChanged(patient_id=self.patient, channel=channel, permitted=permitted)
        await self.tell((changed, self.patient))

    async def run_due(self, kinds: Sequence[str] | None = None) -> int:
        """Run what is due at the present instant, whatever pause a failure asked for."""
        await self.edge.rows("update duty set retry_at = null")
        runner = DutyRunner(self.edge.pool, self.edge.clock, self.handlers, kinds=kinds)
        return await runner.run_due()

    async def message(self, about: UUID, slot: str | None = "24h") -> dict[str, Any]:
        """A reminder of a booking, by its slot; without one, the other message about something."""
        query = "select * from message where about = $1 and slot is not distinct from $2 order by due_at desc limit 1"
        (row,) = await self.edge.rows(query, about, slot)
        return dict(row)

    async def fates(self, about: UUID) -> list[tuple[str, str, str | None]]:
        """All messages about something, by due time: slot or template, state, and why."""
        query = "select coalesce(slot, template) as what, state, reason_code from message where about = $1"
        rows = await self.edge.rows(f"{query} order by due_at, template", about)
        return [(row["what"], row["state"], row["reason_code"]) for row in rows]

    async def outcomes(self) -> list[str | None]:
        """The ledger's outcomes in order."""
        rows = await self.edge.rows("select outcome from attempt order by begun_at, number")
        return [row["outcome"] for row in rows]

    async def duties(self) -> list[str]:
        """The states of all duties."""
        return [row["state"] for row in await self.edge.rows("select state from duty order by key")]


def desk_on(
    edge: ServiceEdge,
    office: PostOffice,
    folder: Path,
    *texts: Provider,
    machine_time: Callable[[], float] = time.monotonic,
) -> Desk:
    """The desk of notifications on a fresh database, with the mail server and perhaps providers of text messages."""
    keys = folder / "keys.json"
    key = base64.b64encode(b"k" * 32).decode()
    keys.write_text(json.dumps({"index_key": key, "field_keys": {"current": "k1", "keys": {"k1": key}}}))
    provider = FileKeys(keys)
    intake = Intake()
    email = EmailChannel(f"127.0.0.1:{office.port}", timeout_s=5.0)
    metrics = ProviderMetrics(CollectorRegistry())
    providers = Providers((email, *texts), Circuits(metrics, machine_time), metrics)
    channels = {Channel.EMAIL: email}
    handlers: dict[str, DutyHandler] = {
        SEND_MESSAGE: SendMessage(edge.transactions, intake.client(), providers, provider),
        PAGE_ON_CALL: PageOnCall(edge.transactions, channels, provider),
        ESCALATE_PAGE: EscalatePage(edge.transactions),
    }
    return Desk(edge, office, intake, handlers, Rosters(provider))
