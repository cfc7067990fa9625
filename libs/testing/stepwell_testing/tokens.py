"""A token issuer inside the test process: real signatures, keys that live as long as the session."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from stepwell_runtime.http.auth import Authenticator

ISSUER = "http://issuer.invalid"
LIFETIME_S = 300


@dataclass(frozen=True)
class TestIssuer:
    """Signs tokens of people and services, good ones and bad ones."""

    __test__ = False

    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", parameters={"kid": "test"}))

    async def keys(self) -> dict[str, Any]:
        """The public key set."""
        return {"keys": [self.key.as_dict(private=False)]}

    def authenticator(self, audience: str) -> Authenticator:
        """A verifier of these tokens."""
        return Authenticator(ISSUER, audience, self.keys)

    def person(self, audience: str, staff_id: UUID, *roles: str, tenant: str, facilities: tuple[UUID, ...] = ()) -> str:
        """A person's token; without facilities it reaches all of the tenant's."""
        claims: dict[str, Any] = {"kind": "person", "sub": str(staff_id), "staff_id": str(staff_id)}
        if facilities:
            claims["facilities"] = [str(facility) for facility in facilities]
        return self.sign({**claims, "aud": audience, "roles": list(roles), "tenant": tenant})

    def service(self, audience: str, name: str, *, tenant: str) -> str:
        """A service's token."""
        return self.sign({"kind": "service", "sub": name, "aud": audience, "roles": [name], "tenant": tenant})

    def sign(self, claims: dict[str, Any]) -> str:
        """A token with these claims over the usual ones."""
        now = int(time.time())
        whole = {"iss": ISSUER, "iat": now, "exp": now + LIFETIME_S, **claims}
        return jwt.encode({"alg": "ES256", "kid": "test"}, whole, self.key)
