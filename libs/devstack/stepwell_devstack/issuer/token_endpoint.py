"""The token endpoint: three grants, each checked to the letter (RFC 6749, section 3.2)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stepwell_devstack.issuer.clients import Clients
from stepwell_devstack.issuer.codes import AuthorizationCodes
from stepwell_devstack.issuer.parameters import OAuthProblem, Parameters, form_of
from stepwell_devstack.issuer.return_address import SIGN_IN_CLIENTS
from stepwell_devstack.issuer.staff import staff_member
from stepwell_devstack.issuer.tokens import PERSON_LIFETIME, AccessToken, TokenMint
from stepwell_devstack.services import COMMAND_LINE_CLIENT, SERVICE_NAMES

#: A person's token in one call, for scripts and tests. The local issuer alone knows this grant.
DEMO_PERSON_GRANT = "urn:stepwell:demo-person"

_TENANT = re.compile(r"[a-z][a-z0-9-]{1,30}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST_LIFETIME = int(PERSON_LIFETIME.total_seconds())
_NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenEndpoint:
    """Answers token requests of registered clients."""

    def __init__(self, clients: Clients, codes: AuthorizationCodes, mint: TokenMint) -> None:
        self._clients = clients
        self._codes = codes
        self._mint = mint

    async def answer(self, request: Request) -> Response:
        """POST: a token, or an OAuth error document."""
        try:
            form = await form_of(request)
            client_id = self._clients.authenticate(request.headers.get("authorization"), form)
            return JSONResponse(self._grant(client_id, form), headers=_NO_STORE)
        except OAuthProblem as problem:
            return refusal(problem)

    def _grant(self, client_id: str, form: Parameters) -> Mapping[str, Any]:
        match form.required("grant_type"):
            case "client_credentials":
                return self._for_service(client_id, form)
            case "authorization_code":
                return self._for_code(client_id, form)
            case grant_type if grant_type == DEMO_PERSON_GRANT:
                return self._for_demo_person(client_id, form)
            case _:
                raise OAuthProblem("unsupported_grant_type", "this grant_type is not known here")

    def _for_service(self, client_id: str, form: Parameters) -> Mapping[str, Any]:
        audience = form.required("audience")
        if audience not in SERVICE_NAMES:
            raise OAuthProblem("invalid_target", "audience must be the name of a service")
        tenant = form.optional("tenant")
        if tenant is not None and not _TENANT.fullmatch(tenant):
            raise OAuthProblem("invalid_request", "tenant must be 2 to 31 lower-case letters, digits and hyphens")
        roles = ("cli", "operations") if client_id == COMMAND_LINE_CLIENT else (client_id,)
        return _bearer(self._mint.for_service(client_id, roles, audience, tenant))

    def _for_code(self, client_id: str, form: Parameters) -> Mapping[str, Any]:
        if client_id not in SIGN_IN_CLIENTS:
            raise OAuthProblem("unauthorized_client", "this client cannot sign people in")
        code, redirect_uri = form.required("code"), form.required("redirect_uri")
        verifier = form.required("code_verifier")
        if not _VERIFIER.fullmatch(verifier):
            raise OAuthProblem("invalid_request", "code_verifier must be 43 to 128 unreserved characters")
        grant = self._codes.take(code)
        if grant is None or grant.client_id != client_id:
            raise OAuthProblem("invalid_grant", "the code is unknown, expired or already used")
        if grant.redirect_uri != redirect_uri:
            raise OAuthProblem("invalid_grant", "redirect_uri is not the one that the code was given for")
        if not grant.is_proved_by(verifier):
            raise OAuthProblem("invalid_grant", "code_verifier does not match the challenge")
        token = self._mint.for_person(client_id, grant.member)
        identity = self._mint.identity(client_id, grant.member, nonce=grant.nonce, signed_in_at=grant.signed_in_at)
        return {**_bearer(token), "id_token": identity, "scope": grant.scope}

    def _for_demo_person(self, client_id: str, form: Parameters) -> Mapping[str, Any]:
        if client_id != COMMAND_LINE_CLIENT:
            raise OAuthProblem("unauthorized_client", "only the client cli may use this grant")
        member = staff_member(form.required("staff_id"))
        if member is None:
            raise OAuthProblem("invalid_grant", "there is no such member of staff")
        return _bearer(self._mint.for_person(client_id, member, _lifetime(form.optional("lifetime"))))


def refusal(problem: OAuthProblem) -> JSONResponse:
    """The error document of RFC 6749, section 5.2."""
    challenge = {"WWW-Authenticate": 'Basic realm="stepwell"'} if problem.status == 401 else {}
    body = {"error": problem.error, "error_description": problem.description}
    return JSONResponse(body, problem.status, {**_NO_STORE, **challenge})


def _bearer(token: AccessToken) -> Mapping[str, Any]:
    return {"access_token": token.text, "token_type": "Bearer", "expires_in": token.expires_in}


def _lifetime(text: str | None) -> timedelta:
    if text is None:
        return PERSON_LIFETIME
    if not re.fullmatch(r"-?\d{1,4}", text, re.ASCII) or abs(int(text)) > _LONGEST_LIFETIME:
        raise OAuthProblem("invalid_request", f"lifetime must be whole seconds, at most {_LONGEST_LIFETIME} either way")
    return timedelta(seconds=int(text))
