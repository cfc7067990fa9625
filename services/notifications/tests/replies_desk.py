"""The inbound side: texts as a provider brings them in, signed; and what goes back through providers that keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
from prometheus_client import CollectorRegistry

from services.notifications.tests.desk import Desk
from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import ReferralReceived
from stepwell_contracts.http.intake import ContactPoint
from stepwell_kernel.codes import AgeBand, ReferralSource, Role, Urgency
from stepwell_kernel.ids import new_id
from stepwell_notifications.api.messages import messages_router
from stepwell_notifications.api.on_call import on_call_router
from stepwell_notifications.api.pages import pages_router
from stepwell_notifications.api.preferences import preferences_router
from stepwell_notifications.api.receipts import receipts_router
from stepwell_notifications.api.replies import inbound_router, replies_router
from stepwell_notifications.api.sender_numbers import sender_numbers_router
from stepwell_notifications.api.worklist import worklist_router
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.email import EmailChannel
from stepwell_notifications.channels.failover import Circuits
from stepwell_notifications.channels.providers import Providers
from stepwell_notifications.channels.signatures import HEADER, ProviderSignatures, sign
from stepwell_notifications.duties.answer_reply import AnswerReply
from stepwell_notifications.duties.send_message import SendMessage
from stepwell_notifications.metrics import ProviderMetrics
from stepwell_notifications.usecases.give_answer import ANSWER_REPLY
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_postgres.duty_runner import DutyHandler, DutyRunner
from stepwell_runtime.keys import KeyProvider
from stepwell_testing.edge import TENANT, TestApp

SECRET = b"alpha and us"
SECRETS: Mapping[str, bytes] = {"alpha": SECRET, "bravo": b"bravo and us"}
NUMBER = "+12025550101"
PHONE = "+12025550177"
STRANGER = "+12025550188"


@dataclass
class KeepingProvider:
    """A provider of text messages that keeps what it takes."""

    name: str
    taken: list[Letter] = field(default_factory=list)
    answer: Taken | Refused | TryLater = field(default_factory=lambda: Taken("taken"))

    async def send(self, letter: Letter) -> Taken | Refused | TryLater:
        """Take it, unless told otherwise; what broke off in the middle is taken all the same."""
        if isinstance(self.answer, Taken) or (isinstance(self.answer, TryLater) and self.answer.went_out_perhaps):
            self.taken.append(letter)
        return self.answer


@dataclass
class ReplyDesk:
    """A desk with a number of its own, to which patients answer."""

    desk: Desk
    app: TestApp
    alpha: KeepingProvider
    bravo: KeepingProvider
    handlers: Mapping[str, DutyHandler]

    async def open(self) -> None:
        """The facility writes from its number; patients are reached at their telephone."""
        token = self.app.person(new_id(), Role.ADMINISTRATOR)
        path = f"/v1/facilities/{self.desk.facility}/sender-numbers"
        answer = await self.app.call("PUT", path, {"numbers": [NUMBER]}, token=token, key=str(new_id()))
        assert answer.status_code == 200, answer.text
        self.reached_at(PHONE)

    def reached_at(self, phone: str, *, language: str = "en") -> None:
        """Where intake says that patients are reached from now on."""
        self.desk.intake.answer = ContactPoint(
            permitted=True, address=phone, first_name="Ada", zone="America/New_York", language=language
        )

    async def text(
        self,
        text: str,
        *,
        sender: str = PHONE,
        to: str = NUMBER,
        message_id: str | None = None,
        provider: str = "alpha",
        secret: bytes = SECRET,
        wrong: Mapping[str, object] | None = None,
    ) -> httpx2.Response:
        """A provider brings a text message in, with `wrong` fields if any."""
        body = {
            "message_id": message_id or str(new_id()),
            "from": sender,
            "to": to,
            "text": text,
            "received_at": self.desk.edge.clock.now().isoformat(),
            **(wrong or {}),
        }
        request = self.app.http.build_request("POST", f"/v1/inbound/{provider}", json=body)
        request.headers[HEADER] = sign(secret, request.content)
        return await self.app.http.send(request)

    async def reply(self, text: str, *, sender: str = PHONE, message_id: str | None = None) -> UUID:
        """A text message is taken in, and whatever follows at once is done."""
        answer = await self.text(text, sender=sender, message_id=message_id)
        assert answer.status_code == 201, answer.text
        await self.run_all()
        return UUID(answer.json()["reply_id"])

    async def refer(self) -> tuple[UUID, UUID]:
        """Another patient of the facility: patient and episode."""
        desk = self.desk
        desk.patient, desk.episode = new_id(), new_id()
        referred = ReferralReceived(
            episode_id=desk.episode,
            patient_id=desk.patient,
            facility_id=desk.facility,
            program_id=new_id(),
            source=ReferralSource.SELF,
            urgency=Urgency.ROUTINE,
            age_band=AgeBand.ADULT,
        )
        await desk.tell((referred, desk.patient))
        return desk.patient, desk.episode

    async def remind(self) -> UUID:
        """An appointment in two days, and the patient is reminded of it by text message a day before."""
        booking = await self.desk.book()
        self.desk.edge.clock.pass_by(days=1, minutes=1)
        await self.run_all()
        (row,) = await self.desk.edge.rows(
            "select count(*) as sent from message where about = $1 and state = 'sent' and channel = 'sms'", booking
        )
        assert row["sent"] > 0, "a reminder went out"
        self.alpha.taken.clear()
        return booking

    async def run_all(self) -> None:
        """Run what is due now, and what that makes due, until nothing is left."""
        await self.desk.edge.rows("update duty set retry_at = null")
        while await DutyRunner(self.desk.edge.pool, self.desk.edge.clock, self.handlers).run_due():
            pass

    async def run_once(self) -> int:
        """Run what is due now, once."""
        await self.desk.edge.rows("update duty set retry_at = null")
        return await DutyRunner(self.desk.edge.pool, self.desk.edge.clock, self.handlers).run_due()

    async def receipt(self, message_id: UUID | str, state: str, *, provider: str = "alpha") -> bool:
        """A provider tells what became of a message or an answer; whether that was news."""
        body = {"provider_message_id": "taken", "reference": f"{TENANT}.{message_id}", "state": state}
        request = self.app.http.build_request("POST", f"/v1/receipts/{provider}", json=body)
        request.headers[HEADER] = sign(SECRETS[provider], request.content)
        answer = await self.app.http.send(request)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["news"])

    async def command(
        self, method: str, path: str, body: Mapping[str, Any], *, role: Role = Role.COUNSELOR, key: str | None = None
    ) -> httpx2.Response:
        """A command of a member of staff of the facility."""
        token = self.app.person(new_id(), role, facilities=(self.desk.facility,))
        return await self.app.call(method, path, body, token=token, key=key or str(new_id()))

    async def read(self, path: str, params: Mapping[str, str] | None = None, *, role: Role = Role.COUNSELOR) -> Any:
        """What a member of staff of the facility reads."""
        token = self.app.person(new_id(), role, facilities=(self.desk.facility,))
        answer = await self.app.call("GET", path, token=token, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def events(self, kind: type[Event]) -> Sequence[Event]:
        """The events of a type that were told, in order."""
        return [
            kind.model_validate_json(event.payload)
            for event in await self.desk.edge.outbox()
            if event.type == kind.type
        ]

    def answers(self) -> list[str]:
        """What went back, in order."""
        return [letter.wording.text for letter in self.alpha.taken]


def reply_desk_on(desk: Desk, keys: KeyProvider) -> ReplyDesk:
    """The inbound side on a desk."""
    transactions = desk.edge.transactions
    alpha, bravo = KeepingProvider("alpha"), KeepingProvider("bravo")
    metrics = ProviderMetrics(CollectorRegistry())
    email = EmailChannel(f"127.0.0.1:{desk.office.port}")
    providers = Providers([email, alpha, bravo], Circuits(metrics), metrics)
    signatures = ProviderSignatures(SECRETS)
    app = desk.edge.own_app(
        inbound_router(transactions, keys, signatures),
        receipts_router(transactions, signatures),
        messages_router(transactions),
        replies_router(transactions),
        preferences_router(transactions),
        sender_numbers_router(transactions),
        pages_router(transactions),
        on_call_router(transactions, desk.rosters),
        worklist_router(transactions),
    )
    handlers: dict[str, DutyHandler] = {
        **desk.handlers,
        SEND_MESSAGE: SendMessage(transactions, desk.intake.client(), providers, keys),
        ANSWER_REPLY: AnswerReply(transactions, providers, keys),
    }
    return ReplyDesk(desk, app, alpha, bravo, handlers)
