"""Phones, by way of the local providers of text messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

#: The mailbox notes messages a little after they were sent.
OVERLAP = timedelta(seconds=2)


@dataclass
class Phones:
    """The text messages of all patients, by way of the local providers."""

    http: httpx2.AsyncClient
    sms_url: str
    mailbox_url: str
    seen: set[str] = field(default_factory=set)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def read(self) -> list[Mapping[str, Any]]:
        """The texts that came in since the last look."""
        begun = datetime.now(UTC)
        query = {"channel": "sms", "since": (self.since - OVERLAP).isoformat()}
        answer = await self.http.get(f"{self.mailbox_url}/messages.json", params=query)
        texts: list[Mapping[str, Any]] = answer.raise_for_status().json()["messages"]
        self.since = begun
        new = [text for text in texts if text["message_id"] not in self.seen]
        self.seen = {text["message_id"] for text in texts}
        return new

    async def write(self, sender: str, to: str, text: str) -> int:
        """Somebody writes to a facility's number; the status of the platform's answer.

        The provider tries again by itself when nobody takes it.
        """
        body = {"from": sender, "to": to, "text": text}
        answer = await self.http.post(f"{self.sms_url}/alpha/inbound", json=body)
        return int(answer.raise_for_status().json()["status"])

    async def behave(self, provider: str, **behaviour: str) -> None:
        """How a provider behaves from now on; without a word as it should."""
        (await self.http.put(f"{self.sms_url}/{provider}/behaviour", json=behaviour)).raise_for_status()
