"""Text messages by a provider's HTTP API."""

from http import HTTPStatus

import httpx2
from pydantic import ValidationError

from stepwell_contracts.base import Value
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater

TIMEOUT_S = 5.0

UNAVAILABLE = "sms_unavailable"
REFUSED = "sms_refused"

#: What the text or the number is to blame for; everything else is a fault of the provider or of the set-up.
FOR_GOOD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})

#: The message may have been passed on before it broke.
BROKEN = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})

#: Nobody was reached, so nothing went out.
NOT_REACHED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class _Accepted(Value):
    """The provider's answer."""

    id: str


class SmsProvider:
    """One provider: `url` is the base of its API, `secret` is what it knows this platform by.

    It drops repeats of a message by `Idempotency-Key`, and gives the `reference` back in its receipts. An answer that
    breaks off, or an error inside the provider, leaves open whether the message went out.
    """

    def __init__(self, name: str, http: httpx2.AsyncClient, url: str, secret: str) -> None:
        self.name = name
        self._http = http
        self._url = url
        self._secret = secret

    async def send(self, letter: Letter) -> Taken | Refused | TryLater:
        """Hand the text message over."""
        body = {"to": letter.address, "body": letter.wording.text, "reference": f"{letter.tenant}.{letter.message_id}"}
        headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": str(letter.message_id)}
        if letter.sender is not None:
            body["from"] = letter.sender
        try:
            answer = await self._http.post(f"{self._url}/messages", json=body, headers=headers, timeout=TIMEOUT_S)
        except NOT_REACHED:
            return TryLater(UNAVAILABLE, went_out_perhaps=False)
        except (httpx2.HTTPError, OSError):
            return TryLater(UNAVAILABLE, went_out_perhaps=True)
        return _verdict(answer)


def _verdict(answer: httpx2.Response) -> Taken | Refused | TryLater:
    if answer.is_success:
        try:
            return Taken(_Accepted.model_validate_json(answer.content).id)
        except ValidationError:
            return TryLater(UNAVAILABLE, went_out_perhaps=True)
    if answer.status_code in FOR_GOOD:
        return Refused(REFUSED)
    return TryLater(UNAVAILABLE, went_out_perhaps=answer.status_code in BROKEN)
