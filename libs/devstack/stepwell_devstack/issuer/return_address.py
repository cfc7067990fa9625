"""Where a sign-in leads back to: the console on this machine and nowhere else."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from stepwell_devstack.issuer.parameters import OAuthProblem, Parameters

#: The console signs people in through the operations service, the only client with a redirect.
SIGN_IN_CLIENTS = frozenset({"operations"})

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PRINTABLE = re.compile(r"[!-\[\]-~]{1,2000}")  # printable ASCII without the backslash, which browsers take for a slash


@dataclass(frozen=True, slots=True)
class ReturnAddress:
    """Where the browser goes back to, once it is known to be the client's own."""

    client_id: str
    redirect_uri: str
    state: str | None

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place besides this page that its form may lead to."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def with_answer(self, **answer: str) -> str:
        """The redirect URI with the answer and the client's state added to its query."""
        parts = urlsplit(self.redirect_uri)
        state = {} if self.state is None else {"state": self.state}
        query = "&".join(filter(None, (parts.query, urlencode(answer | state))))
        return urlunsplit(SplitResult(parts.scheme, parts.netloc, parts.path or "/", query, ""))


def return_address(parameters: Parameters) -> ReturnAddress:
    """The checked return address; when it cannot be trusted the error is shown here and sent nowhere."""
    client_id = parameters.required("client_id")
    if client_id not in SIGN_IN_CLIENTS:
        raise OAuthProblem("unauthorized_client", "this client cannot sign people in")
    redirect_uri = parameters.required("redirect_uri")
    if not _is_loopback(redirect_uri):
        raise OAuthProblem("invalid_request", "redirect_uri must be http on a loopback address, without fragment")
    return ReturnAddress(client_id, redirect_uri, parameters.optional("state"))


def _is_loopback(uri: str) -> bool:
    if not _PRINTABLE.fullmatch(uri):
        return False
    try:
        parts = urlsplit(uri)
        port_is_valid = parts.port != 0
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and parts.hostname in _LOOPBACK
        and parts.username is None
        and port_is_valid
        and "#" not in uri
    )
