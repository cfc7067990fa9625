"""E-mail by SMTP."""

from email.message import EmailMessage
from uuid import UUID

import aiosmtplib

from stepwell_kernel.errors import Unavailable
from stepwell_notifications.channels.channel import Refused, Taken
from stepwell_notifications.domain.wording import Wording

TIMEOUT_S = 10.0
PERMANENT = 500

#: Neutral: neither the sender's address nor the domain says what kind of place writes.
SENDER = "Appointments <appointments@messages.invalid>"
DOMAIN = "messages.invalid"


class EmailChannel:
    """Sends through one SMTP server; the Message-ID follows from the message's id, so that repeats can be told."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port)

    async def send(self, message_id: UUID, address: str, wording: Wording) -> Taken | Refused:
        """Hand the e-mail over; Unavailable (`smtp_unavailable`) when the server is away or says try again."""
        identifier = f"<{message_id}@{DOMAIN}>"
        try:
            await aiosmtplib.send(
                _email(identifier, address, wording),
                hostname=self._host,
                port=self._port,
                timeout=TIMEOUT_S,
                start_tls=False,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {recipient.code for recipient in error.recipients}
            return self._refusal(min(codes, default=PERMANENT), error)
        except aiosmtplib.SMTPResponseException as error:
            return self._refusal(error.code, error)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable("smtp_unavailable", "the mail server cannot be reached") from error
        return Taken(identifier)

    def _refusal(self, code: int, error: Exception) -> Refused:
        if code < PERMANENT:
            raise Unavailable("smtp_unavailable", "the mail server says to try again") from error
        return Refused("smtp_refused")


def _email(identifier: str, address: str, wording: Wording) -> EmailMessage:
    email = EmailMessage()
    email["From"] = SENDER
    email["To"] = address
    email["Subject"] = wording.subject
    email["Message-ID"] = identifier
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(wording.body)
    return email
