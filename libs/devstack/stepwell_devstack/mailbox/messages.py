"""The messages that arrived, each once, with every arrival of its repeats."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from stepwell_devstack.mailbox.journal import Journal


class Channel(StrEnum):
    """How a message travelled."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender hands over: an e-mail, or a text message without subject, under the key of its provider."""

    channel: Channel
    recipients: tuple[str, ...]
    body: str
    message_id: str
    sender: str = ""
    subject: str = ""
    idempotency_key: str | None = None

    @property
    def provider(self) -> str:
        """The provider that a text message was handed to."""
        return (self.idempotency_key or "").partition("/")[0]


@dataclass(frozen=True, slots=True)
class Text:
    """A text message as it is handed to a provider; `reference` is the sender's own name for it."""

    recipient: str
    body: str
    reference: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One arrival, in machine time."""

    received_at: datetime
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A letter with its arrivals, the first one first; numbered in order of first arrival, from 1."""

    number: int
    letter: Letter
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages are wanted; None asks for nothing in particular, `subject` is a part of it."""

    channel: Channel | None = None
    recipient: str | None = None
    message_id: str | None = None
    subject: str | None = None
    since: datetime | None = None

    def takes(self, message: Message) -> bool:
        """Whether the message is wanted."""
        letter = message.letter
        return (
            self.channel in {None, letter.channel}
            and (self.recipient is None or any(self.recipient in one.recipients for one in message.receipts))
            and self.message_id in {None, letter.message_id}
            and (self.subject is None or self.subject in letter.subject)
            and (self.since is None or message.receipts[-1].received_at >= self.since)
        )


class KeyReused(Exception):
    """A text message came under the idempotency key of another one."""


class Mailbox:
    """Everything received, in memory for reading and in the journal for good."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._messages: list[Message] = []
        self._by_identity: dict[tuple[Channel, str], int] = {}
        self._by_key: dict[str, Letter] = {}
        for record in journal.read():
            letter = _letter(record)
            self._remember(letter, datetime.fromisoformat(record["received_at"]))
            if letter.idempotency_key is not None:
                self._by_key[letter.idempotency_key] = letter

    async def receive(self, letter: Letter) -> Message:
        """Keep an arrival; when this returns it is on disk. OSError when it cannot be kept.

        A sender who goes away meanwhile does not undo it: the arrival is then both on disk and in memory.
        """
        return await asyncio.shield(asyncio.ensure_future(self._receive(letter)))

    async def receive_sms(self, key: str, text: Text) -> tuple[Message, bool]:
        """The message under this key (provider/key) and whether it repeats; KeyReused for one with other content."""
        identifier = f"sms-{uuid4().hex}"
        fresh = Letter(Channel.SMS, (text.recipient,), text.body, identifier, text.sender, idempotency_key=key)
        letter = self._by_key.setdefault(key, fresh)
        if (letter.recipients, letter.body) != (fresh.recipients, fresh.body):
            raise KeyReused
        message = await self.receive(letter)
        return message, len(message.receipts) > 1

    def newest(self, wanted: Filter, *, before: int | None = None) -> Iterator[Message]:
        """The wanted messages, newest first, from the one before this number on."""
        end = len(self._messages) if before is None else max(0, min(before - 1, len(self._messages)))
        return (message for message in reversed(self._messages[:end]) if wanted.takes(message))

    async def _receive(self, letter: Letter) -> Message:
        received_at = datetime.now(UTC)
        await self._journal.append(_record(letter, received_at))
        return self._remember(letter, received_at)

    def _remember(self, letter: Letter, received_at: datetime) -> Message:
        receipt = Receipt(received_at, letter.recipients)
        position = self._by_identity.get((letter.channel, letter.message_id)) if letter.message_id else None
        if position is not None:
            first = self._messages[position]
            self._messages[position] = replace(first, receipts=(*first.receipts, receipt))
            return self._messages[position]
        message = Message(len(self._messages) + 1, letter, (receipt,))
        self._by_identity[letter.channel, letter.message_id] = len(self._messages)
        self._messages.append(message)
        return message


def _record(letter: Letter, received_at: datetime) -> dict[str, Any]:
    return {
        "channel": letter.channel,
        "message_id": letter.message_id,
        "sender": letter.sender,
        "recipients": letter.recipients,
        "subject": letter.subject,
        "body": letter.body,
        "idempotency_key": letter.idempotency_key,
        "received_at": received_at.isoformat(),
    }


def _letter(record: dict[str, Any]) -> Letter:
    return Letter(
        channel=Channel(record["channel"]),
        recipients=tuple(record["recipients"]),
        body=record["body"],
        message_id=record["message_id"],
        sender=record["sender"],
        subject=record["subject"],
        idempotency_key=record["idempotency_key"],
    )


def as_document(message: Message) -> dict[str, Any]:
    """The message as JSON shows it."""
    letter = message.letter
    return {
        "number": message.number,
        "channel": letter.channel,
        "provider": letter.provider,
        "idempotency_key": letter.idempotency_key,
        "message_id": letter.message_id,
        "sender": letter.sender,
        "recipients": letter.recipients,
        "subject": letter.subject,
        "body": letter.body,
        "received_at": message.receipts[0].received_at.isoformat(),
        "times": len(message.receipts),
        "receipts": [
            {"received_at": receipt.received_at.isoformat(), "recipients": receipt.recipients}
            for receipt in message.receipts
        ],
    }


def as_documents(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """The messages as JSON shows them."""
    return [as_document(message) for message in messages]
