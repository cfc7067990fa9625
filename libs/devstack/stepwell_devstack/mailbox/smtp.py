"""The SMTP server: it accepts every message for everyone and answers 250 only once the message is on disk."""

import asyncio
import email
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

from aiosmtpd.smtp import SMTP, Envelope, Session

from stepwell_devstack.loopback import listen
from stepwell_devstack.mailbox.messages import Channel, Letter, Mailbox

_LARGEST_MESSAGE = 2_097_152

_log = logging.getLogger(__name__)


@asynccontextmanager
async def serve_smtp(mailbox: Mailbox, port: int) -> AsyncIterator[int]:
    """Receive mail on this port (0: a free one) of the loopback address; yields the port that listens."""
    loop = asyncio.get_running_loop()
    listener = listen(port)

    def session() -> SMTP:
        return SMTP(
            _Acceptance(mailbox),
            data_size_limit=_LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Stepwell mailbox",
            loop=loop,
        )

    server = await loop.create_server(session, sock=listener)
    try:
        yield listener.getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


class _Acceptance:
    """The hook of one SMTP session that takes the message over."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        """The answer to a message: 250 when it is kept, 451 when the sender should come again."""
        try:
            message = await self._mailbox.receive(_letter(envelope))
        except OSError:
            _log.exception("mail_not_kept")
            return "451 The message could not be kept, try again later"
        return f"250 Kept as number {message.number}"


def _letter(envelope: Envelope) -> Letter:
    content = envelope.content
    if not isinstance(content, bytes):
        message = "the SMTP server decodes nothing by itself"
        raise TypeError(message)
    parsed = email.message_from_bytes(content, policy=SMTP_POLICY)
    return Letter(
        channel=Channel.EMAIL,
        recipients=tuple(envelope.rcpt_tos),
        body=_readable_body(parsed),
        message_id=str(parsed["Message-ID"] or "").strip(),
        sender=envelope.mail_from or "",
        subject=str(parsed["Subject"] or ""),
    )


def _readable_body(parsed: EmailMessage) -> str:
    part = parsed.get_body(("plain", "html"))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    text = payload if isinstance(payload, bytes) else b""
    try:
        return text.decode(charset, errors="replace").replace("\r\n", "\n")
    except LookupError:
        return text.decode("utf-8", errors="replace").replace("\r\n", "\n")
