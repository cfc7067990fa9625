"""Applications that tests share: building one takes longer than most tests ask of it."""

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from stepwell_postgres.transaction import Transactions
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_testing.tokens import TestIssuer

MakeRouter = Callable[[Transactions], APIRouter]
Serve = Callable[[Any, Any, Any], Awaitable[None]]

_present: ContextVar[Transactions] = ContextVar("transactions of the test that asks")


class _OfWhoAsks:
    """Stands for the transactions of the test that sends the request."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_present.get(), name)

    def __call__(self, *arguments: Any) -> Any:
        return _present.get()(*arguments)


@dataclass(frozen=True)
class Applications:
    """The applications of a session, by service and routers. Whatever a test may change lies in its database."""

    issuer: TestIssuer
    built: dict[tuple[str, Sequence[MakeRouter]], FastAPI] = field(default_factory=dict)

    def on(self, transactions: Transactions, service: str, makers: Sequence[MakeRouter]) -> Serve:
        """The application with these routers, on the transactions of one test."""
        if (service, makers) not in self.built:
            anyone = cast("Transactions", _OfWhoAsks())
            self.built[service, makers] = self.build(service, [make(anyone) for make in makers])
        shared = self.built[service, makers]

        async def serve(scope: Any, receive: Any, send: Any) -> None:
            _present.set(transactions)
            await shared(scope, receive, send)

        return serve

    def build(self, service: str, routers: Sequence[APIRouter]) -> FastAPI:
        """An application of its own with these routers."""
        app = create_app(service, Health(), CollectorRegistry(), self.issuer.authenticator(service))
        for router in routers:
            app.include_router(router)
        return app
