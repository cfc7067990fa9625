"""The application of a process."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from stepwell_kernel.errors import StepwellError
from stepwell_runtime.health import Health, health_router
from stepwell_runtime.http import problems
from stepwell_runtime.http.auth import Authenticator
from stepwell_runtime.http.middleware import BodyLimit, Observed
from stepwell_runtime.metrics import HttpMetrics


def create_app(title: str, health: Health, registry: CollectorRegistry, authenticator: Authenticator) -> FastAPI:
    """An application with problem documents, probes and metrics; routers are added by who wires the process.

    FastAPI's own telemetry stays off: it triples the cost of a request and records what failed validation.
    """
    app = FastAPI(
        title=title,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        redoc_url=None,
    )
    app.state.authenticator = authenticator
    app.add_exception_handler(StepwellError, problems.on_stepwell_error)
    app.add_exception_handler(RequestValidationError, problems.on_validation_error)
    app.add_exception_handler(problems.Unauthenticated, problems.on_unauthenticated)
    app.add_exception_handler(problems.BadRequest, problems.on_bad_request)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    app.add_middleware(BodyLimit)
    app.add_middleware(Observed, metrics=HttpMetrics(registry))
    app.include_router(health_router(health, registry))
    return app
