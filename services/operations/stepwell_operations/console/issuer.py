"""The console as a client of the issuer: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207)."""

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
from stepwell_operations.store.sessions import SignInUnderWay
from stepwell_runtime.http.auth import ALGORITHMS, LEEWAY_S
from stepwell_runtime.http.problems import Unauthenticated

CLIENT_ID = "operations"
PATIENCE_S = 5.0

#: What reading an answer raises when it is not what the standard says.
BROKEN_ANSWERS = (JoseError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back from the issuer."""

    code: str | None
    state: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the issuer gave for a code: a token for this service, and the person's name for the page."""

    access_token: str
    name: str


class IssuerClient:
    """Sends people to the issuer and redeems what they come back with.

    Raises Unavailable (`issuer_unavailable`), Unauthenticated (`sign_in_refused`).
    """

    def __init__(self, http: httpx2.AsyncClient, issuer: str, secret: str, redirect_uri: str) -> None:
        self._http = http
        self._issuer = issuer
        self._secret = secret
        self._redirect_uri = redirect_uri

    async def begin(self, target: str) -> tuple[str, SignInUnderWay]:
        """The address to send the browser to, and what must be remembered until it comes back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self._redirect_uri,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = (await self._discovery())["authorization_endpoint"]
        return f"{endpoint}?{urlencode(query)}", SignInUnderWay(state, nonce, verifier, target)

    async def finish(self, answer: Answer, under_way: SignInUnderWay) -> SignedIn:
        """Redeem the code, if the answer is the one to our question and the identity is meant for us."""
        if answer.issuer not in {None, self._issuer}:
            raise _refused("the answer comes from another issuer")
        if answer.state is None or not secrets.compare_digest(answer.state, under_way.state):
            raise _refused("the answer belongs to another sign-in")
        if answer.code is None:
            raise _refused("the issuer did not sign anybody in")
        discovery = await self._discovery()
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": under_way.verifier,
        }
        redeemed = await self._call("POST", discovery["token_endpoint"], form)
        keys = await self._call("GET", discovery["jwks_uri"])
        try:
            claims = self._identity(redeemed["id_token"], KeySet.import_key_set(keys))  # type: ignore[arg-type]
            signed_in = SignedIn(str(redeemed["access_token"]), str(claims.get("name", claims["sub"])))
        except BROKEN_ANSWERS as error:
            raise _refused("the issuer's word on the person does not hold") from error
        if claims.get("nonce") != under_way.nonce:
            raise _refused("the identity belongs to another sign-in")
        return signed_in

    def _identity(self, id_token: str, keys: KeySet) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": CLIENT_ID},
            exp={"essential": True},
            sub={"essential": True},
        )
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        registry.validate(token.claims)
        return dict(token.claims)

    async def _discovery(self) -> dict[str, Any]:
        return await self._call("GET", f"{self._issuer}/.well-known/openid-configuration")

    async def _call(self, method: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        credentials = None if form is None else (CLIENT_ID, self._secret)
        try:
            answer = await self._http.request(
                method, url, data=form, auth=credentials, headers={"Accept": "application/json"}, timeout=PATIENCE_S
            )
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable("issuer_unavailable", "the token issuer cannot be reached") from error
        if answer.is_server_error:
            raise Unavailable("issuer_unavailable", "the token issuer has a fault")
        if not answer.is_success:
            raise _refused("the issuer did not take the code")
        document: dict[str, Any] = answer.json()
        return document


def _refused(detail: str) -> Unauthenticated:
    return Unauthenticated("sign_in_refused", detail)
