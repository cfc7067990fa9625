"""Puts the console together on a process's application."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import httpx2
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from stepwell_operations.console.care_views import CareViews
from stepwell_operations.console.changes import Changes
from stepwell_operations.console.errors import console_route, unknown_address
from stepwell_operations.console.gate import CALLBACK, Gate, SignInNeeded, gate_router, on_sign_in_needed
from stepwell_operations.console.issuer import IssuerClient
from stepwell_operations.console.journey_view import JourneyViews
from stepwell_operations.console.live import Live
from stepwell_operations.console.network_pages import network_pages_router
from stepwell_operations.console.network_views import NetworkViews
from stepwell_operations.console.pages import pages_router, search_router
from stepwell_operations.console.rendering import Templates
from stepwell_operations.console.search_view import SearchViews
from stepwell_operations.console.security import SecurityHeaders, security_headers
from stepwell_operations.console.streams import streams_router
from stepwell_operations.console.views import Surroundings
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_operations.platform_status import PlatformWatch
from stepwell_operations.store.sessions import Sessions
from stepwell_postgres.transaction import Transactions


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is made of: `own_url` is where people reach it, `secret` its own at the issuer.

    `factor` tells how fast domain time runs.
    """

    transactions: Transactions
    watch: PlatformWatch
    journey_watch: JourneyWatch
    changes: Changes
    http: httpx2.AsyncClient
    issuer: str
    secret: str
    own_url: str
    factor: Callable[[], float]


def add_console(app: FastAPI, parts: ConsoleParts) -> None:
    """Add pages, streams, sign-in, static files, and the headers of a strict content policy to all answers."""
    templates = Templates()
    issuer = IssuerClient(parts.http, parts.issuer, parts.secret, f"{parts.own_url}{CALLBACK}")
    gate = Gate(Sessions(parts.transactions.pool), issuer, app.state.authenticator, parts.own_url)
    around = Surroundings(parts.transactions, parts.watch, parts.factor)
    care_views = CareViews(around)
    journey_views = JourneyViews(around, parts.journey_watch)
    network_views = NetworkViews(around)
    live = Live(gate, templates, parts.changes)
    route_class = console_route(templates)
    app.add_exception_handler(SignInNeeded, on_sign_in_needed)
    app.add_exception_handler(HTTPException, unknown_address(templates, gate))
    app.add_middleware(SecurityHeaders, headers=security_headers(parts.issuer))
    app.include_router(gate_router(gate, route_class))
    app.include_router(network_pages_router(gate, network_views, templates, route_class))
    app.include_router(pages_router(gate, care_views, journey_views, templates, route_class))
    app.include_router(search_router(gate, SearchViews(around), templates, route_class))
    app.include_router(streams_router(network_views, care_views, journey_views, live))
    static = files("stepwell_operations") / "console" / "static"
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
