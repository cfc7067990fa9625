"""The sign-in page: a person picks one of the demo staff and goes back to the console with a code."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from stepwell_devstack.issuer.codes import AuthorizationCodes, Grant
from stepwell_devstack.issuer.parameters import OAuthProblem, Parameters, form_of
from stepwell_devstack.issuer.return_address import ReturnAddress, return_address
from stepwell_devstack.issuer.staff import STAFF, StaffMember, staff_member
from stepwell_devstack.issuer.tokens import machine_now
from stepwell_devstack.pages import Pages

_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


class SignIn:
    """The authorization endpoint (RFC 6749 section 3.1, RFC 7636, OpenID Connect Core 1.0 section 3.1.2)."""

    def __init__(self, issuer: str, codes: AuthorizationCodes) -> None:
        self._issuer = issuer
        self._codes = codes
        self._pages = Pages()

    async def show(self, request: Request) -> Response:
        """GET: the list of demo staff."""
        try:
            parameters = Parameters.of(request.query_params.multi_items())
            back = return_address(parameters)
        except OAuthProblem as problem:
            return self._refusal(problem)
        try:
            _check(parameters)
        except OAuthProblem as problem:
            return self._back_with(back, problem)
        return self._pages.answer(
            "sign_in.html",
            {"tenants": _by_tenant(), "fields": _fields(parameters)},
            form_targets=("'self'", back.origin),
        )

    async def pick(self, request: Request) -> Response:
        """POST: back to the client with a code for the member of staff who was picked."""
        try:
            parameters = await form_of(request)
            back = return_address(parameters)
        except OAuthProblem as problem:
            return self._refusal(problem)
        try:
            grant = _grant(parameters, back)
        except OAuthProblem as problem:
            return self._back_with(back, problem)
        location = back.with_answer(code=self._codes.give(grant), iss=self._issuer)
        return RedirectResponse(location, 303, {"Cache-Control": "no-store"})

    def _refusal(self, problem: OAuthProblem) -> Response:
        context = {"error": problem.error, "description": problem.description}
        return self._pages.answer("refused.html", context, status=problem.status)

    def _back_with(self, back: ReturnAddress, problem: OAuthProblem) -> Response:
        location = back.with_answer(error=problem.error, error_description=problem.description, iss=self._issuer)
        return RedirectResponse(location, 303, {"Cache-Control": "no-store"})


def _check(parameters: Parameters) -> None:
    if parameters.required("response_type") != "code":
        raise OAuthProblem("unsupported_response_type", "response_type must be code")
    if "openid" not in parameters.required("scope").split():
        raise OAuthProblem("invalid_scope", "scope must hold openid")
    if parameters.required("code_challenge_method") != "S256":
        raise OAuthProblem("invalid_request", "code_challenge_method must be S256")
    if not _S256_CHALLENGE.fullmatch(parameters.required("code_challenge")):
        raise OAuthProblem("invalid_request", "code_challenge must be 43 characters of base64url")


def _grant(parameters: Parameters, back: ReturnAddress) -> Grant:
    _check(parameters)
    member = staff_member(parameters.required("staff_id"))
    if member is None:
        raise OAuthProblem("access_denied", "there is no such member of staff")
    return Grant(
        client_id=back.client_id,
        redirect_uri=back.redirect_uri,
        scope=parameters.required("scope"),
        challenge=parameters.required("code_challenge"),
        nonce=parameters.optional("nonce"),
        member=member,
        signed_in_at=machine_now(),
    )


def _fields(parameters: Parameters) -> Mapping[str, str]:
    return {name: value for name in _ASKED if (value := parameters.optional(name)) is not None}


def _by_tenant() -> Mapping[str, list[StaffMember]]:
    tenants: dict[str, list[StaffMember]] = {}
    for member in STAFF:
        tenants.setdefault(member.tenant, []).append(member)
    return tenants
