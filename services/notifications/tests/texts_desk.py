"""Notifications with two providers of text messages, as the local platform has them, and their receipts."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from services.notifications.tests.desk import ZONE, Desk, desk_on, open_post_office
from stepwell_contracts.http.intake import ContactPoint
from stepwell_devstack.mailbox.app import mailbox_app
from stepwell_devstack.mailbox.journal import Journal
from stepwell_devstack.mailbox.messages import Channel as MailboxChannel, Filter, Mailbox
from stepwell_devstack.sms.callbacks import Callbacks
from stepwell_devstack.sms.provider import Behaviour, Receipts, Sending, TextProvider
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_notifications.api.messages import messages_router
from stepwell_notifications.api.preferences import preferences_router
from stepwell_notifications.api.receipts import providers_router, receipts_router
from stepwell_notifications.api.sender_numbers import sender_numbers_router
from stepwell_notifications.channels.signatures import HEADER, ProviderSignatures, sign
from stepwell_notifications.channels.sms import SmsProvider
from stepwell_testing.edge import TENANT, ServiceEdge, TestApp

NUMBER = "+12025550101"
PHONE = "+12025550177"
SECRETS: Mapping[str, str] = {"alpha": "alpha and us", "bravo": "bravo and us"}

LEDGER = """
select a.provider, a.outcome from attempt a join message m using (message_id)
where m.about = $1 order by a.begun_at, a.number
"""


@dataclass
class MachineTime:
    """Machine time as the circuits see it, in seconds."""

    seconds: float = 0.0

    def now(self) -> float:
        """The seconds."""
        return self.seconds


@dataclass
class TextsDesk:
    """A desk whose patient is reached by text message, and by e-mail where that cannot be."""

    desk: Desk
    app: TestApp
    mailbox: Mailbox
    callbacks: Callbacks
    providers: Mapping[str, TextProvider]
    machine: MachineTime
    staff_id: UUID = field(default_factory=new_id)

    def behave(self, name: str, sending: Sending = Sending.TAKES, receipts: Receipts = Receipts.DELIVERED) -> None:
        """How a provider behaves from now on."""
        self.providers[name].behaviour = Behaviour(sending, receipts)

    async def book_and_wait(self) -> UUID:
        """An appointment in two days, and time passes until its first reminder is due."""
        booking = await self.desk.book()
        self.desk.edge.clock.pass_by(days=1, minutes=1)
        return booking

    async def run_due(self) -> int:
        """Run what is due, and take in the receipts that follow."""
        due = await self.desk.run_due()
        await self.callbacks.done()
        return due

    async def remind(self) -> UUID:
        """An appointment of which the patient is reminded now."""
        booking = await self.book_and_wait()
        await self.run_due()
        return booking

    async def receipt(
        self,
        message_id: UUID,
        state: str,
        *,
        provider: str = "alpha",
        secret: str | None = None,
        tenant: str = TENANT,
        **fields: str,
    ) -> httpx2.Response:
        """A provider tells what became of a message, signed."""
        document = {"provider_message_id": "p-1", "reference": f"{tenant}.{message_id}", "state": state, **fields}
        body = json.dumps(document).encode()
        key = SECRETS.get(provider, "") if secret is None else secret
        headers = {HEADER: sign(key.encode(), body), "Content-Type": "application/json"}
        return await self.app.http.post(f"/v1/receipts/{provider}", content=body, headers=headers)

    def texts(self) -> Sequence[tuple[str, str]]:
        """Provider and text of all text messages that arrived, the first one first."""
        found = list(self.mailbox.newest(Filter(channel=MailboxChannel.SMS)))
        return [(message.letter.provider, message.letter.body) for message in reversed(found)]

    async def ledger(self, about: UUID) -> list[tuple[str, str | None]]:
        """Provider and outcome of each attempt at the messages about something, in order."""
        return [(row["provider"], row["outcome"]) for row in await self.desk.edge.rows(LEDGER, about)]

    async def read(self, path: str, role: Role = Role.OPERATIONS, **params: str) -> Any:
        """What a member of staff reads."""
        token = self.app.person(self.staff_id, role, facilities=(self.desk.facility,))
        answer = await self.app.call("GET", path, token=token, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def command(
        self, method: str, path: str, body: Mapping[str, Any], *, role: Role = Role.COUNSELOR, key: str | None = None
    ) -> httpx2.Response:
        """A command of a member of staff of the facility."""
        token = self.app.person(self.staff_id, role, facilities=(self.desk.facility,))
        return await self.app.call(method, path, body, token=token, key=key or str(new_id()))


@asynccontextmanager
async def open_texts_desk(edge: ServiceEdge, folder: Path) -> AsyncIterator[TextsDesk]:
    """The desk, with a facility that has a number, and a patient who has a telephone and an e-mail address."""
    signatures = ProviderSignatures({name: secret.encode() for name, secret in SECRETS.items()})
    transactions = edge.transactions
    app = edge.own_app(
        messages_router(transactions),
        receipts_router(transactions, signatures),
        providers_router(transactions),
        preferences_router(transactions),
        sender_numbers_router(transactions),
    )
    mailbox = Mailbox(Journal(folder / "mailbox.jsonl"))
    callbacks = Callbacks(app.http, "")
    providers = {name: TextProvider(name, secret, mailbox, callbacks) for name, secret in SECRETS.items()}
    machine = MachineTime()
    transport = httpx2.ASGITransport(app=mailbox_app(mailbox, providers))
    async with open_post_office() as office, httpx2.AsyncClient(transport=transport) as http:
        ways = [SmsProvider(name, http, f"http://127.0.0.1/sms/{name}", secret) for name, secret in SECRETS.items()]
        desk = desk_on(edge, office, folder, *ways, machine_time=machine.now)
        await desk.open()
        desk.intake.by_text = ContactPoint(permitted=True, address=PHONE, first_name="Ada", zone=ZONE, language="en")
        texts = TextsDesk(desk, app, mailbox, callbacks, providers, machine)
        path = f"/v1/facilities/{desk.facility}/sender-numbers"
        answer = await texts.command("PUT", path, {"numbers": [NUMBER]}, role=Role.ADMINISTRATOR)
        assert answer.status_code == 200, answer.text
        yield texts
