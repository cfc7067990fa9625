"""Puts the console together on a process's application."""

from importlib.resources import files

import httpx2
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from stepwell_operations.console.changes import Changes
from stepwell_operations.console.gate import SignedInPerson, SignInNeeded, gate_router, on_sign_in_needed
from stepwell_operations.console.pages import Pages, pages_router
from stepwell_operations.console.security import SecurityHeaders, security_headers
from stepwell_operations.console.sessions import Sessions
from stepwell_operations.console.sign_in import SignIn
from stepwell_operations.platform_status import Peers
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import Authenticator


def add_console(
    app: FastAPI,
    *,
    transactions: Transactions,
    peers: Peers,
    changes: Changes,
    http: httpx2.AsyncClient,
    issuer: str,
    secret: str,
    own_url: str,
) -> None:
    """Add pages, sign-in, static files and the headers of a strict content policy."""
    sessions = Sessions(transactions.pool)
    authenticator: Authenticator = app.state.authenticator
    sign_in = SignIn(http, issuer, secret, f"{own_url}/signed-in")
    app.add_exception_handler(SignInNeeded, on_sign_in_needed)
    app.add_middleware(SecurityHeaders, headers=security_headers(issuer))
    app.include_router(gate_router(sessions, sign_in, authenticator))
    app.include_router(pages_router(Pages(transactions, peers), changes, SignedInPerson(sessions)))
    static = str(files("stepwell_operations") / "console" / "static")
    app.mount("/static", StaticFiles(directory=static), name="static")
