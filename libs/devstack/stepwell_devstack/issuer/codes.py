"""Authorization codes: single use, for a minute, bound to what was asked for when they were given."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from stepwell_devstack.issuer.staff import StaffMember

CODE_LIFETIME_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person agreed to: as whom, for which client, and the proof that the client must bring."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str
    nonce: str | None
    member: StaffMember
    signed_in_at: datetime

    def is_proved_by(self, verifier: str) -> bool:
        """Whether the verifier belongs to the S256 challenge of the request (RFC 7636, section 4.6)."""
        digest = hashlib.sha256(verifier.encode("utf-8")).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
        return hmac.compare_digest(challenge, self.challenge)


class AuthorizationCodes:
    """The codes given out and not yet used; they live in memory and die with the process."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._grants: dict[str, tuple[float, Grant]] = {}

    def give(self, grant: Grant) -> str:
        """A fresh code for the grant."""
        self._drop_expired()
        code = secrets.token_urlsafe(32)
        self._grants[code] = (self._monotonic() + CODE_LIFETIME_SECONDS, grant)
        return code

    def take(self, code: str) -> Grant | None:
        """The grant behind the code, or None when it is unknown, expired or used; from now on it is used."""
        self._drop_expired()
        entry = self._grants.pop(code, None)
        return entry[1] if entry else None

    def _drop_expired(self) -> None:
        now = self._monotonic()
        for code in [code for code, (until, _) in self._grants.items() if until <= now]:
            del self._grants[code]
