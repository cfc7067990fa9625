"""Messages from the fact that asks for them to their fate, on PostgreSQL and a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from stepwell_clients.intake import IntakeClient
from stepwell_clients.tokens import PersonToken
from stepwell_clients.transport import Transport
from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import ContactPermissionChanged, EpisodePhaseChanged
from stepwell_contracts.events.scheduling import AppointmentBooked, AppointmentCancelled, FacilityPublished
from stepwell_contracts.http.intake import ContactPoint
from stepwell_devstack.mailbox.journal import Journal
from stepwell_devstack.mailbox.messages import Filter, Mailbox, Message
from stepwell_devstack.mailbox.smtp import serve_smtp
from stepwell_devstack.ports import choose_port
from stepwell_kernel.codes import AgeBand, Channel, Modality, Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_notifications.api.messages import messages_router
from stepwell_notifications.channels.email import EmailChannel
from stepwell_notifications.consumers.facts import HANDLERS
from stepwell_notifications.duties.send_message import SendMessage
from stepwell_notifications.usecases.plan_reminders import SEND_MESSAGE
from stepwell_postgres.duty_runner import DutyRunner
from stepwell_runtime.keys import KeyRing
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

KEY = b"k" * 32


class Keys:
    """Keys of a test."""

    def field_keys(self) -> KeyRing:
        return KeyRing("k", {"k": KEY})

    def payload_keys(self) -> KeyRing:
        return KeyRing("k", {"k": KEY})

    def index_key(self) -> bytes:
        return KEY

    def session_key(self) -> bytes:
        return KEY


@dataclass
class Desk:
    """Intake's answer, as HTTP brings it: another service, of which only this answer matters here."""

    point: ContactPoint
    asked: list[bytes] = field(default_factory=list)
    away: bool = False

    def client(self) -> IntakeClient:
        def answer(request: httpx2.Request) -> httpx2.Response:
            self.asked.append(request.content)
            if self.away:
                return httpx2.Response(503)
            return httpx2.Response(200, content=self.point.model_dump_json())

        http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        return IntakeClient(Transport(http, "http://intake", "intake", PersonToken("t"), deadline_s=0.2))


PERMITTED = ContactPoint(
    permitted=True, address="robin@example.org", first_name="Robin", zone="America/New_York", language="en"
)


@dataclass
class Post:
    """Notifications with a mail server that keeps what it receives."""

    edge: ServiceEdge
    desk: Desk
    mailbox: Mailbox
    runner: DutyRunner
    facility: UUID = field(default_factory=new_id)
    episode: UUID = field(default_factory=new_id)
    patient: UUID = field(default_factory=new_id)
    version: int = 0

    async def tell(self, *events: Event) -> None:
        """The facts, each delivered twice as a consumer might."""
        for event in events:
            self.version += 1
            key = f"facility/{self.facility}" if isinstance(event, FacilityPublished) else self.patient
            told = incoming(event, key=key, at=self.edge.clock.now(), version=self.version, episode_id=self.episode)
            for _ in range(2):
                async with self.edge.transactions(self.edge.person(Role.SCHEDULER)) as tx:
                    await Commands("notifications", HANDLERS).handle(tx, [told])

    def booked(self, hours_ahead: float = 48) -> AppointmentBooked:
        starts_at = self.edge.clock.now() + timedelta(hours=hours_ahead)
        return AppointmentBooked(
            booking_id=new_id(),
            episode_id=self.episode,
            patient_id=self.patient,
            facility_id=self.facility,
            session_id=new_id(),
            modality=Modality.GROUP_THERAPY,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )

    def cancelled(self, booking: AppointmentBooked) -> AppointmentCancelled:
        return AppointmentCancelled(
            booking_id=booking.booking_id,
            episode_id=self.episode,
            patient_id=self.patient,
            reason_code="patient_asked",
        )

    async def fates(self) -> list[tuple[Any, ...]]:
        rows = await self.edge.rows("select state, reason_code from message order by message_id")
        return [tuple(row) for row in rows]

    def mails(self) -> list[Message]:
        return list(self.mailbox.newest(Filter()))

    def received(self) -> int:
        return len(self.mails())


@asynccontextmanager
async def open_post(open_edge: OpenEdge, folder: Path, point: ContactPoint = PERMITTED) -> AsyncIterator[Post]:
    edge, desk = await open_edge("notifications"), Desk(point)
    mailbox, port = Mailbox(Journal(folder / "mail.jsonl")), choose_port(0)
    async with serve_smtp(mailbox, port):
        handler = SendMessage(
            edge.transactions, desk.client(), {Channel.EMAIL: EmailChannel(f"127.0.0.1:{port}")}, Keys()
        )
        post = Post(edge, desk, mailbox, DutyRunner(edge.pool, edge.clock, {SEND_MESSAGE: handler}))
        await post.tell(
            FacilityPublished(
                facility_id=post.facility,
                neutral_name="North Center",
                callback_number="+12025550100",
                zone="America/New_York",
                holidays=(),
            ),
            EpisodePhaseChanged(
                episode_id=post.episode,
                patient_id=post.patient,
                facility_id=post.facility,
                program_id=new_id(),
                age_band=AgeBand.ADULT,
                phase=Phase.TREATMENT,
                previous=Phase.ADMISSION,
                prescribed_minutes_per_week=540,
            ),
        )
        yield post


async def test_a_reminder_goes_out_a_day_before_and_once(open_edge: OpenEdge, tmp_path: Path) -> None:
    async with open_post(open_edge, tmp_path) as post:
        await post.tell(post.booked())
        assert await post.runner.run_due() == 0
        post.edge.clock.pass_by(hours=24)
        assert await post.runner.run_due() == 1
        assert await post.runner.run_due() == 0
        assert await post.fates() == [("sent", None)]
        assert post.received() == 1
        assert await post.edge.types() == ["message_sent"]
        attempts = await post.edge.rows("select outcome, address_hash from attempt")
        assert [row["outcome"] for row in attempts] == ["taken"]
        assert PERMITTED.address is not None
        assert PERMITTED.address.encode() not in attempts[0]["address_hash"]


@pytest.mark.parametrize("when", ["before", "after it was due"])
async def test_a_cancelled_appointment_is_not_reminded_of(open_edge: OpenEdge, tmp_path: Path, when: str) -> None:
    async with open_post(open_edge, tmp_path) as post:
        booking = post.booked()
        await post.tell(booking)
        if when != "before":
            post.edge.clock.pass_by(hours=25)
        await post.tell(post.cancelled(booking))
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("suppressed", "appointment_cancelled")]
        assert post.received() == 0


async def test_booked_again_is_reminded_of_again(open_edge: OpenEdge, tmp_path: Path) -> None:
    async with open_post(open_edge, tmp_path) as post:
        booking = post.booked()
        await post.tell(booking, post.cancelled(booking), booking)
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("sent", None)]


async def test_without_permission_nothing_goes_out(open_edge: OpenEdge, tmp_path: Path) -> None:
    refused = ContactPoint(permitted=False, reason_code="not_permitted")
    async with open_post(open_edge, tmp_path, refused) as post:
        await post.tell(post.booked())
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("suppressed", "not_permitted")]
        assert post.received() == 0


async def test_withdrawn_permission_stops_what_is_due(open_edge: OpenEdge, tmp_path: Path) -> None:
    async with open_post(open_edge, tmp_path) as post:
        withdrawn = ContactPermissionChanged(patient_id=post.patient, channel=Channel.EMAIL, permitted=False)
        await post.tell(post.booked(), withdrawn)
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("suppressed", "permission_withdrawn")]


async def test_with_intake_away_a_message_waits_and_lapses_when_it_is_of_no_use(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    async with open_post(open_edge, tmp_path) as post:
        post.desk.away = True
        await post.tell(post.booked())
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("sending", None)]
        post.edge.clock.pass_by(hours=24)
        await post.edge.rows("update duty set retry_at = null returning 1")
        await post.runner.run_due()
        assert await post.fates() == [("lapsed", "useful_until_passed")]
        assert post.received() == 0


async def test_an_attempt_without_an_outcome_is_repeated_under_the_same_id(open_edge: OpenEdge, tmp_path: Path) -> None:
    async with open_post(open_edge, tmp_path) as post:
        await post.tell(post.booked())
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        await post.edge.rows("update message set state = 'sending' returning 1")
        await post.edge.rows("update duty set state = 'due', ended_at = null returning 1")
        await post.runner.run_due()
        (mail,) = post.mails()
        assert len(mail.receipts) == 2
        assert await post.fates() == [("sent", None)]


async def test_in_the_recipients_night_the_message_waits_for_the_morning(open_edge: OpenEdge, tmp_path: Path) -> None:
    far_east = PERMITTED.model_copy(update={"zone": "Pacific/Auckland"})
    async with open_post(open_edge, tmp_path, far_east) as post:
        await post.tell(post.booked())
        post.edge.clock.pass_by(hours=24)
        await post.runner.run_due()
        assert await post.fates() == [("due", None)]
        post.edge.clock.pass_by(hours=3, minutes=1)
        await post.runner.run_due()
        assert await post.fates() == [("sent", None)]


async def test_a_cancellation_racing_the_sending_never_sends_and_says_suppressed(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    async with open_post(open_edge, tmp_path) as post:
        bookings = [post.booked(48 + number) for number in range(20)]
        await post.tell(*bookings)
        post.edge.clock.pass_by(hours=46)
        await asyncio.gather(post.runner.run_due(), *(post.tell(post.cancelled(booking)) for booking in bookings))
        await post.runner.run_due()
        rows = await post.edge.rows("select message_id, state from message")
        assert {row["state"] for row in rows} <= {"sent", "suppressed"}
        sent = {f"<{row['message_id']}@messages.invalid>" for row in rows if row["state"] == "sent"}
        assert {mail.letter.message_id for mail in post.mails()} == sent


async def test_messages_of_an_episode_are_listed(open_edge: OpenEdge, tmp_path: Path) -> None:
    async with open_post(open_edge, tmp_path) as post:
        await post.tell(post.booked())
        app = post.edge.app(messages_router(post.edge.transactions))
        token = app.person(new_id(), Role.COUNSELOR)
        answer = await app.call("GET", f"/v1/episodes/{post.episode}/messages", token=token)
        assert [message["state"] for message in answer.json()["messages"]] == ["due"]
        nurse = app.person(new_id(), Role.NURSE)
        assert (await app.call("GET", f"/v1/episodes/{post.episode}/messages", token=nurse)).status_code == 403
        unknown = await app.call("GET", f"/v1/episodes/{new_id()}/messages", token=token)
        assert (unknown.status_code, unknown.json()["code"]) == (503, "episode_not_known_yet")
