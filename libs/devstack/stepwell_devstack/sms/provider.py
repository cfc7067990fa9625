"""One provider of text messages, as good or bad as it is told to be."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from stepwell_devstack.mailbox.messages import Mailbox, Text
from stepwell_devstack.sms.callbacks import Callbacks


class Sending(StrEnum):
    """What happens to a message that is handed over."""

    TAKES = "takes"
    AWAY = "away"
    REFUSES = "refuses"
    BREAKS = "breaks"


class Receipts(StrEnum):
    """What is told of it afterwards."""

    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`breaks` takes the message over and answers with an error; `delay_s` passes before every answer."""

    sending: Sending = Sending.TAKES
    receipts: Receipts = Receipts.DELIVERED
    delay_s: float = 0.0


class Away(Exception):
    """The provider does not take messages now."""


class RefusedByProvider(Exception):
    """The provider does not take this message."""


class Broken(Exception):
    """The provider broke after it had taken the message over."""


@dataclass
class TextProvider:
    """A provider by its name, and the secret that it shares with the platform."""

    name: str
    secret: str = field(repr=False)
    mailbox: Mailbox
    callbacks: Callbacks
    behaviour: Behaviour = field(default_factory=Behaviour)

    async def take(self, key: str, text: Text) -> tuple[str, bool]:
        """Take a message over: its id, and whether the key was known; the receipt follows by itself.

        Raises Away, RefusedByProvider, Broken, KeyReused, and OSError when it cannot be kept.
        """
        await asyncio.sleep(self.behaviour.delay_s)
        match self.behaviour.sending:
            case Sending.AWAY:
                raise Away
            case Sending.REFUSES:
                raise RefusedByProvider
        message, repeated = await self.mailbox.receive_sms(f"{self.name}/{key}", text)
        identifier = message.letter.message_id
        if not repeated:
            self._send_receipt(identifier, text.reference)
        if self.behaviour.sending is Sending.BREAKS:
            raise Broken
        return identifier, repeated

    async def bring_in(self, sender: str, recipient: str, text: str) -> int:
        """Bring a text message of somebody to the platform; the status of its answer."""
        document = {
            "message_id": f"in-{uuid4().hex}",
            "from": sender,
            "to": recipient,
            "text": text,
            "received_at": datetime.now(UTC).isoformat(),
        }
        return await self.callbacks.bring(f"/v1/inbound/{self.name}", self.secret, document)

    def _send_receipt(self, identifier: str, reference: str) -> None:
        if self.behaviour.receipts is Receipts.NONE:
            return
        document = {"provider_message_id": identifier, "reference": reference, "state": self.behaviour.receipts.value}
        self.callbacks.post(f"/v1/receipts/{self.name}", self.secret, document)
