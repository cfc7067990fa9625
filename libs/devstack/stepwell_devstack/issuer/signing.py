"""The issuer's signing key: made at first start, kept by the owner alone, published by its public half."""

import json
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from stepwell_devstack.private_files import write_private

ALGORITHM = "RS256"
_KEY_BITS = 2048


class SigningKey:
    """An RSA key: services verify far more often than the issuer signs, and RSA verifies fastest."""

    def __init__(self, private: RSAKey) -> None:
        self._private = private

    def sign(self, claims: dict[str, Any], token_type: str) -> str:
        """The compact JWS of the claims; its type keeps an id token from passing for an access token."""
        header = {"alg": ALGORITHM, "kid": self._private.kid, "typ": token_type}
        return jwt.encode(header, claims, self._private, algorithms=[ALGORITHM])

    def key_set(self) -> dict[str, list[dict[str, Any]]]:
        """The public half as a JWK set."""
        return {"keys": [dict(self._private.as_dict(private=False))]}


def load_or_make(path: Path) -> SigningKey:
    """The key in this file; on first use it is made. Removing the file rotates the key at the next start."""
    if path.exists():
        return SigningKey(RSAKey.import_key(json.loads(path.read_text(encoding="utf-8"))))
    key = RSAKey.generate_key(_KEY_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    write_private(path, json.dumps(key.as_dict(private=True)))
    return SigningKey(key)
