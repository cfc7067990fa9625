"""The issuer's HTTP face: discovery, key set, staff list, sign-in page, token endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stepwell_devstack.issuer.clients import Clients
from stepwell_devstack.issuer.codes import AuthorizationCodes
from stepwell_devstack.issuer.sign_in import SignIn
from stepwell_devstack.issuer.signing import ALGORITHM, SigningKey
from stepwell_devstack.issuer.staff import STAFF
from stepwell_devstack.issuer.token_endpoint import DEMO_PERSON_GRANT, TokenEndpoint
from stepwell_devstack.issuer.tokens import TokenMint
from stepwell_devstack.loopback import LOOPBACK_HOSTS
from stepwell_devstack.pages import style_sheet
from stepwell_devstack.services import SERVICE_NAMES


@dataclass(frozen=True, slots=True)
class _Documents:
    """What the issuer publishes about itself."""

    issuer: str
    key: SigningKey

    async def discovery(self, _: Request) -> Response:
        return JSONResponse(discovery_document(self.issuer), headers={"Cache-Control": "max-age=300"})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self.key.key_set(), headers={"Cache-Control": "max-age=300"})

    async def staff(self, _: Request) -> Response:
        return JSONResponse(
            [
                {
                    "staff_id": str(member.staff_id),
                    "name": member.name,
                    "title": member.title,
                    "tenant": member.tenant,
                    "roles": member.roles,
                    "facilities": None if member.facilities is None else [str(one) for one in member.facilities],
                }
                for member in STAFF
            ]
        )


def discovery_document(issuer: str) -> Mapping[str, Any]:
    """The provider's description (OpenID Connect Discovery 1.0, section 3)."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", DEMO_PERSON_GRANT],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "scopes_supported": ["openid", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def issuer_app(issuer: str, key: SigningKey, client_secrets: Mapping[str, str]) -> Starlette:
    """The issuer that calls itself `issuer` (its URL, without a slash at the end) and knows these clients."""
    codes = AuthorizationCodes()
    documents = _Documents(issuer, key)
    sign_in = SignIn(issuer, codes)
    tokens = TokenEndpoint(Clients(client_secrets), codes, TokenMint(issuer, key, SERVICE_NAMES))
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", documents.discovery),
            Route("/jwks", documents.keys),
            Route("/staff.json", documents.staff),
            Route("/authorize", sign_in.show),
            Route("/authorize", sign_in.pick, methods=["POST"]),
            Route("/token", tokens.answer, methods=["POST"]),
            Route("/style.css", style_sheet),
            Route("/live", _live),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS))],
    )


async def _live(_: Request) -> Response:
    return JSONResponse({"status": "live"})
