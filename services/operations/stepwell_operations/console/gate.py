"""The gate: pages are for people who are signed in; everyone else is sent to the issuer and comes back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from stepwell_kernel.errors import Forbidden
from stepwell_operations.console.issuer import Answer, IssuerClient
from stepwell_operations.store.sessions import SESSION_LIFETIME, SIGN_IN_LIFETIME, Session, Sessions
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.http.problems import Unauthenticated

CALLBACK = "/signed-in"
HOME = "/"
NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store"}


class SignInNeeded(Exception):
    """Nobody is signed in; the browser is sent to sign in and comes back to the target."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


@dataclass(frozen=True, slots=True)
class Cookies:
    """The console's cookies: readable by no script, sent along by no other site's form, over TLS where there is TLS."""

    secure: bool

    @property
    def session(self) -> str:
        """The name of the session's cookie."""
        return "__Host-stepwell_session" if self.secure else "stepwell_session"

    @property
    def sign_in(self) -> str:
        """The name of the cookie that binds a sign-in to the browser in which it began."""
        return "__Host-stepwell_sign_in" if self.secure else "stepwell_sign_in"

    def give(self, answer: RedirectResponse, name: str, value: str, seconds: float) -> None:
        """Set a cookie."""
        answer.set_cookie(
            name, value, max_age=int(seconds), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def take(self, answer: RedirectResponse, name: str) -> None:
        """Have the browser forget a cookie."""
        answer.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True)
class Gate:
    """Who stands before a page, and how one comes in and goes."""

    sessions: Sessions
    issuer: IssuerClient
    authenticator: Authenticator
    own_url: str

    @property
    def cookies(self) -> Cookies:
        """The cookies of a console at this address."""
        return Cookies(secure=self.own_url.startswith("https:"))

    async def person(self, request: Request) -> Session:
        """The session of a request, noted in its state for the page; raises SignInNeeded."""
        session = await self.watcher(request)
        if session is None:
            query = f"?{request.url.query}" if request.url.query else ""
            raise SignInNeeded(f"{request.url.path}{query}")
        request.state.session = session
        return session

    async def watcher(self, request: Request) -> Session | None:
        """The session of a request, None when it has ended."""
        cookie = request.cookies.get(self.cookies.session)
        return await self.sessions.find(cookie) if cookie else None


def on_sign_in_needed(_: Request, error: Exception) -> RedirectResponse:
    """Send the browser to sign in."""
    target = error.target if isinstance(error, SignInNeeded) else HOME
    return RedirectResponse(f"/sign-in?{urlencode({'target': target})}", 303, NO_STORE)


def gate_router(gate: Gate, route_class: type[APIRoute]) -> APIRouter:
    """The routes of signing in and out."""
    router = APIRouter(include_in_schema=False, route_class=route_class)
    cookies = gate.cookies

    @router.get("/sign-in")
    async def begin(request: Request, target: str = HOME) -> RedirectResponse:
        wanted = target if is_own_path(target) else HOME
        if request.url.netloc != urlsplit(gate.own_url).netloc:
            # The issuer sends people back to one address; a cookie given at another would not be there.
            return RedirectResponse(f"{gate.own_url}/sign-in?{urlencode({'target': wanted})}", 303, NO_STORE)
        address, under_way = await gate.issuer.begin(wanted)
        answer = RedirectResponse(address, 303, NO_STORE)
        cookie = await gate.sessions.begin_sign_in(under_way)
        cookies.give(answer, cookies.sign_in, cookie, SIGN_IN_LIFETIME.total_seconds())
        return answer

    @router.get(CALLBACK)
    async def finish(
        request: Request, code: str | None = None, state: str | None = None, iss: str | None = None
    ) -> RedirectResponse:
        under_way = await gate.sessions.take_sign_in(request.cookies.get(cookies.sign_in, ""))
        if under_way is None:
            raise Unauthenticated("sign_in_refused", "no sign-in is under way in this browser")
        signed_in = await gate.issuer.finish(Answer(code, state, iss), under_way)
        caller = await gate.authenticator.caller(signed_in.access_token)
        await gate.sessions.end(request.cookies.get(cookies.session, ""))
        answer = RedirectResponse(under_way.target, 303, NO_STORE)
        cookie = await gate.sessions.open(caller, signed_in.name)
        cookies.give(answer, cookies.session, cookie, SESSION_LIFETIME.total_seconds())
        cookies.take(answer, cookies.sign_in)
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> RedirectResponse:
        session = await gate.watcher(request)
        if session is not None:
            check_csrf(session, csrf)
            await gate.sessions.end(request.cookies[cookies.session])
        answer = RedirectResponse(HOME, 303, NO_STORE)
        cookies.take(answer, cookies.session)
        return answer

    return router


def check_csrf(session: Session, token: str) -> None:
    """Let a command pass that was sent by a page of this session; raises Forbidden (`csrf_mismatch`)."""
    if not secrets.compare_digest(session.csrf.encode(), token.encode()):
        raise Forbidden("csrf_mismatch", "the form does not belong to this session")


def is_own_path(target: str) -> bool:
    """Whether the target is a path of this console; anything else would lead people astray after they sign in."""
    return (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not any(character in target for character in "\\\r\n\t")
    )
