"""E-mail by SMTP."""

from email.message import EmailMessage
from email.utils import parseaddr

import aiosmtplib

from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater

TIMEOUT_S = 10.0
PERMANENT = 500

#: Neutral: neither the sender's address nor the domain says what kind of place writes.
SENDER = "Appointments <appointments@messages.invalid>"

UNAVAILABLE = "smtp_unavailable"


class EmailChannel:
    """Sends through one SMTP server; the Message-ID follows from the message's id, so that repeats can be told.

    `server` is host:port. The connection is encrypted where the server offers it. An address that cannot be, and a
    recipient or text that the server refuses for good (5xx), is Refused; a server that refuses the connection or the
    sender is a fault of the set-up, not of the message, which is tried again until it lapses.
    """

    name = "smtp"

    def __init__(self, server: str, *, sender: str = SENDER, timeout_s: float = TIMEOUT_S) -> None:
        self._host, _, port = server.rpartition(":")
        self._port = int(port)
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2]
        self._timeout_s = timeout_s

    async def send(self, letter: Letter) -> Taken | Refused | TryLater:
        """Hand the e-mail over."""
        identifier = f"<{letter.message_id}@{self._domain}>"
        try:
            email = self._email(identifier, letter)
        except (ValueError, IndexError):
            return Refused("address_malformed")
        try:
            await aiosmtplib.send(email, hostname=self._host, port=self._port, timeout=self._timeout_s)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _verdict(min((recipient.code for recipient in error.recipients), default=PERMANENT))
        except aiosmtplib.SMTPDataError as error:
            return _verdict(error.code)
        except (aiosmtplib.SMTPNotSupported, ValueError):
            return Refused("address_malformed")
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPConnectError, ConnectionRefusedError):
            return TryLater(UNAVAILABLE, went_out_perhaps=False)
        except (aiosmtplib.SMTPException, OSError):
            return TryLater(UNAVAILABLE, went_out_perhaps=True)
        return Taken(identifier)

    def _email(self, identifier: str, letter: Letter) -> EmailMessage:
        email = EmailMessage()
        email["From"] = self._sender
        email["To"] = letter.address
        email["Subject"] = letter.wording.subject
        email["Message-ID"] = identifier
        email["Auto-Submitted"] = "auto-generated"
        email.set_content(letter.wording.body)
        return email


def _verdict(code: int) -> Refused | TryLater:
    return Refused("smtp_refused") if code >= PERMANENT else TryLater(UNAVAILABLE, went_out_perhaps=False)
