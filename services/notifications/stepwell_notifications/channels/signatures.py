"""Callbacks of providers carry no token: each is signed with the secret that provider and platform share."""

import hashlib
import hmac
from collections.abc import Mapping

from stepwell_kernel.errors import Forbidden

HEADER = "X-Provider-Signature"


class ProviderSignatures:
    """The secrets by provider; a signature is the HMAC-SHA256 of the body as it came, in hexadecimal.

    A callback that somebody recorded and sends again is let pass: who reads it takes each of them once.
    """

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._secrets = secrets

    def verify(self, provider: str, body: bytes, signature: str | None) -> None:
        """Raise Forbidden (`signature_invalid`) unless the provider is known and signed this body."""
        secret = self._secrets.get(provider)
        if secret is None or not hmac.compare_digest(sign(secret, body).encode(), (signature or "").encode()):
            raise Forbidden("signature_invalid", "the callback is not signed by a known provider")


def sign(secret: bytes, body: bytes) -> str:
    """The signature of a body."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()
