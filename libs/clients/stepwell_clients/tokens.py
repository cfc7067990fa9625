"""Bearer tokens of callers: a service's own, one per tenant and audience; or a person's."""

import asyncio
import time
from typing import Protocol

import httpx2

from stepwell_kernel.errors import Unavailable

RENEW_BEFORE_S = 30.0


class TokenSource(Protocol):
    """Where the token of a call comes from."""

    async def token(self, audience: str, tenant: str | None) -> str:
        """A token for the callee, for one tenant."""
        ...


class ServiceTokens:
    """Client credentials of a service at the issuer, kept until 30 s before they expire.

    Raises Unavailable (`issuer_unavailable`) while the issuer cannot be reached or refuses.
    """

    def __init__(self, http: httpx2.AsyncClient, issuer: str, client_id: str, secret: str) -> None:
        self._http = http
        self._issuer = issuer
        self._credentials = (client_id, secret)
        self._tokens: dict[tuple[str, str | None], tuple[str, float]] = {}
        self._asking = asyncio.Lock()

    async def token(self, audience: str, tenant: str | None) -> str:
        """A token for the callee, for one tenant."""
        async with self._asking:
            known = self._tokens.get((audience, tenant))
            if known is not None and time.monotonic() < known[1]:
                return known[0]
            token, lifetime = await self._ask(audience, tenant)
            self._tokens[audience, tenant] = token, time.monotonic() + lifetime - RENEW_BEFORE_S
            return token

    async def _ask(self, audience: str, tenant: str | None) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", "audience": audience}
        if tenant is not None:
            form["tenant"] = tenant
        try:
            answer = await self._http.post(f"{self._issuer}/token", data=form, auth=self._credentials)
            document = answer.raise_for_status().json()
            return document["access_token"], float(document["expires_in"])
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("issuer_unavailable", "the token issuer gave no token") from error


class PersonToken:
    """The token that a person brought."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, audience: str, tenant: str | None) -> str:
        """The token, whoever is called."""
        del audience, tenant
        return self._token
