"""The clients of the local issuer and how they prove who they are (RFC 6749, section 2.3)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus

from stepwell_devstack.issuer.parameters import OAuthProblem, Parameters


class Clients:
    """The registered clients with their secrets; there is no dynamic registration."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets

    def __contains__(self, client_id: str) -> bool:
        return client_id in self._secrets

    def authenticate(self, authorization: str | None, form: Parameters) -> str:
        """The id of the client that proves its secret, by HTTP Basic or in the form; else invalid_client."""
        if authorization is None:
            client_id, secret = form.optional("client_id") or "", form.optional("client_secret") or ""
        elif form.optional("client_secret") is not None:
            raise OAuthProblem("invalid_request", "the client may authenticate in one way only")
        else:
            client_id, secret = _basic_credentials(authorization)
            if form.optional("client_id") not in {None, client_id}:
                raise OAuthProblem("invalid_request", "client_id contradicts the Authorization header")
        expected = self._secrets.get(client_id)
        if expected is None or not hmac.compare_digest(expected.encode(), secret.encode()):
            raise _unknown_client()
        return client_id


def _basic_credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise _unknown_client()
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _unknown_client() from error
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _unknown_client() -> OAuthProblem:
    return OAuthProblem("invalid_client", "the client is unknown or its secret is wrong", 401)
