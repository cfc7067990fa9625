"""Tokens of the local issuer: access tokens of services and people, id tokens for the console."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from stepwell_devstack.issuer.signing import SigningKey
from stepwell_devstack.issuer.staff import StaffMember

SERVICE_LIFETIME = timedelta(minutes=5)
PERSON_LIFETIME = timedelta(minutes=60)

_ACCESS_TOKEN = "at+jwt"  # noqa: S105 - the token's type (RFC 9068), not a secret
_ID_TOKEN = "JWT"  # noqa: S105 - the token's type, not a secret


def machine_now() -> datetime:
    """The present instant of machine time: tokens never follow the scaled clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed access token and the seconds it is valid for."""

    text: str
    expires_in: int


class TokenMint:
    """Makes the tokens of one issuer; `audiences` are the services that a person's token opens."""

    def __init__(
        self,
        issuer: str,
        key: SigningKey,
        audiences: Sequence[str],
        *,
        now: Callable[[], datetime] = machine_now,
    ) -> None:
        self._issuer = issuer
        self._key = key
        self._audiences = list(audiences)
        self._now = now

    def for_service(self, client_id: str, roles: Sequence[str], audience: str, tenant: str | None) -> AccessToken:
        """A token for calls to one service within one tenant; without tenant it opens `/platform` only."""
        claims: dict[str, Any] = {"sub": client_id, "aud": audience, "kind": "service", "roles": list(roles)}
        if tenant is not None:
            claims["tenant"] = tenant
        return self._access_token(client_id, claims, SERVICE_LIFETIME)

    def for_person(self, client_id: str, member: StaffMember, lifetime: timedelta = PERSON_LIFETIME) -> AccessToken:
        """A token with which a person calls every service; a negative lifetime gives one that has expired."""
        claims = {"aud": self._audiences, "kind": "person", **_identity(member)}
        if member.facilities is not None:
            claims["facilities"] = sorted(str(facility) for facility in member.facilities)
        return self._access_token(client_id, claims, lifetime)

    def identity(self, client_id: str, member: StaffMember, *, nonce: str | None, signed_in_at: datetime) -> str:
        """The id token of a sign-in, for the client alone (OpenID Connect Core 1.0, section 2)."""
        claims = {
            "iss": self._issuer,
            "aud": client_id,
            "name": member.name,
            "auth_time": int(signed_in_at.timestamp()),
            **self._validity(PERSON_LIFETIME),
            **_identity(member),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self._key.sign(claims, _ID_TOKEN)

    def _access_token(self, client_id: str, claims: dict[str, Any], lifetime: timedelta) -> AccessToken:
        common = {
            "iss": self._issuer,
            "client_id": client_id,
            "jti": str(uuid4()),
            **self._validity(lifetime),
        }
        return AccessToken(self._key.sign(common | claims, _ACCESS_TOKEN), max(0, int(lifetime.total_seconds())))

    def _validity(self, lifetime: timedelta) -> dict[str, int]:
        now = self._now()
        made_at = min(now, now + lifetime)
        return {"iat": int(made_at.timestamp()), "exp": int((now + lifetime).timestamp())}


def _identity(member: StaffMember) -> dict[str, Any]:
    return {
        "sub": str(member.staff_id),
        "staff_id": str(member.staff_id),
        "tenant": member.tenant,
        "roles": list(member.roles),
    }
