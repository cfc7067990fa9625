"""The gate: pages are for people who are signed in; everyone else is sent to the issuer."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from stepwell_kernel.errors import Forbidden
from stepwell_operations.console.sessions import COOKIE, LIFETIME, Session, Sessions
from stepwell_operations.console.sign_in import SignIn
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.http.problems import Unauthenticated


class SignInNeeded(Exception):
    """Nobody is signed in; the browser is sent to sign in and comes back to the target."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class SignedInPerson:
    """The dependency of every page: the session, or SignInNeeded."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, request: Request) -> Session:
        """The session of the request's cookie."""
        cookie = request.cookies.get(COOKIE)
        session = await self._sessions.find(cookie) if cookie else None
        if session is None:
            raise SignInNeeded(request.url.path)
        return session


def on_sign_in_needed(_: Request, error: Exception) -> RedirectResponse:
    """Send the browser to sign in."""
    target = error.target if isinstance(error, SignInNeeded) else "/"
    return RedirectResponse(f"/sign-in?target={target}", 303)


def gate_router(sessions: Sessions, sign_in: SignIn, authenticator: Authenticator) -> APIRouter:
    """The routes of signing in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def begin(target: str = "/") -> RedirectResponse:
        address, state, login = sign_in.begin(target if _is_own(target) else "/")
        await sessions.begin_login(state, login)
        return RedirectResponse(address, 303)

    @router.get("/signed-in")
    async def finish(state: str, code: str) -> RedirectResponse:
        login = await sessions.take_login(state)
        if login is None:
            raise Unauthenticated("sign_in_refused", "this sign-in is not under way; begin again")
        signed_in = await sign_in.finish(code, login)
        caller = await authenticator.caller(signed_in.access_token)
        cookie = await sessions.open(caller, signed_in.name)
        answer = RedirectResponse(login.target, 303)
        answer.set_cookie(
            COOKIE, cookie, max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="lax", path="/"
        )
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request, csrf: Annotated[str, Form()]) -> RedirectResponse:
        cookie = request.cookies.get(COOKIE, "")
        session = await sessions.find(cookie)
        if session is None or not secrets.compare_digest(session.csrf, csrf):
            raise Forbidden("csrf_mismatch", "the form does not belong to this session")
        await sessions.close(cookie)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    return router


def _is_own(target: str) -> bool:
    """Only a path of this console; anything else would send people elsewhere after signing in."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target
