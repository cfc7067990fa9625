"""The process of the local issuer and the local mailbox: three listeners, one event loop."""

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stepwell_devstack import secrets
from stepwell_devstack.issuer.app import issuer_app
from stepwell_devstack.issuer.signing import load_or_make
from stepwell_devstack.loopback import LOOPBACK, serve_http
from stepwell_devstack.mailbox.app import mailbox_app
from stepwell_devstack.mailbox.journal import Journal
from stepwell_devstack.mailbox.messages import Mailbox
from stepwell_devstack.mailbox.smtp import serve_smtp
from stepwell_devstack.sms.callbacks import Callbacks, open_callbacks
from stepwell_devstack.sms.provider import TextProvider


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the three listen; `mailbox` carries the page and the providers of text messages.

    `notifications` is the service's own: receipts and texts that come in are brought there.
    """

    issuer: int
    mailbox: int
    smtp: int
    notifications: int


async def serve_until_told(secrets_folder: Path, mailbox_file: Path, ports: Ports) -> None:
    """Serve issuer and mailbox until SIGTERM or SIGINT."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    known = secrets.load_or_make(secrets_folder)
    key = load_or_make(known.signing_key_file)
    issuer = issuer_app(f"http://{LOOPBACK}:{ports.issuer}", key, known.client_secrets)
    mailbox = Mailbox(Journal(mailbox_file))
    async with (
        open_callbacks(f"http://{LOOPBACK}:{ports.notifications}") as callbacks,
        serve_http(issuer, ports.issuer),
        serve_http(mailbox_app(mailbox, _providers(known.sms_secrets, mailbox, callbacks)), ports.mailbox),
        serve_smtp(mailbox, ports.smtp),
    ):
        await told.wait()


def _providers(sms_secrets: Mapping[str, str], mailbox: Mailbox, callbacks: Callbacks) -> Mapping[str, TextProvider]:
    return {name: TextProvider(name, secret, mailbox, callbacks) for name, secret in sms_secrets.items()}
