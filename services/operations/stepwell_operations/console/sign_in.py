"""Signing in at the issuer: authorization code with PKCE (RFC 7636), state and nonce kept on the server."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from stepwell_kernel.errors import Unavailable
from stepwell_operations.console.sessions import Login
from stepwell_runtime.http.auth import ALGORITHMS
from stepwell_runtime.http.problems import Unauthenticated

CLIENT_ID = "operations"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the issuer gave for a code."""

    access_token: str
    name: str


class SignIn:
    """The console as a client of the issuer."""

    def __init__(self, http: httpx2.AsyncClient, issuer: str, secret: str, redirect_uri: str) -> None:
        self._http = http
        self._issuer = issuer
        self._secret = secret
        self._redirect_uri = redirect_uri

    def begin(self, target: str) -> tuple[str, str, Login]:
        """The address to send the browser to, the state, and what must be remembered under it."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._issuer}/authorize?{urlencode(query)}", state, Login(verifier, nonce, target)

    async def finish(self, code: str, login: Login) -> SignedIn:
        """Exchange the code; Unauthenticated (`sign_in_refused`) when the issuer or the nonce says no."""
        try:
            answer = await self._http.post(
                f"{self._issuer}/token",
                data={
                    "grant_type": "authorization_code",
                    "code": code,
                    "redirect_uri": self._redirect_uri,
                    "code_verifier": login.verifier,
                },
                auth=(CLIENT_ID, self._secret),
            )
            keys = await self._http.get(f"{self._issuer}/jwks")
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable("issuer_unavailable", "the token issuer cannot be reached") from error
        if not answer.is_success:
            raise Unauthenticated("sign_in_refused", "the issuer did not take the code")
        document = answer.json()
        claims = self._claims(document["id_token"], keys.raise_for_status().json())
        if claims.get("nonce") != login.nonce:
            raise Unauthenticated("sign_in_refused", "the answer belongs to another sign-in")
        return SignedIn(document["access_token"], str(claims.get("name", "")))

    def _claims(self, id_token: str, keys: Any) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=5,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": CLIENT_ID},
            exp={"essential": True},
        )
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            registry.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated("sign_in_refused", "the issuer's word on the person does not hold") from error
        return dict(token.claims)
