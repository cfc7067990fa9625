"""Problem documents (RFC 9457): one table from kind to status; the field and the rule are named, values are not."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from opentelemetry import trace
from starlette.exceptions import HTTPException

from stepwell_contracts.http.common import FieldProblemBody, Problem
from stepwell_kernel.errors import Kind, StepwellError

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Kind, HTTPStatus] = MappingProxyType(
    {
        Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
        Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
        Kind.CONFLICT: HTTPStatus.CONFLICT,
        Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
        Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        Kind.BUG: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)

RETRY_AFTER_S = "1"
FAULT = "the service has a fault; it was recorded"


class Unauthenticated(Exception):
    """No token, or one that does not hold; answered 401."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class BadRequest(Exception):
    """A request that cannot be read at all; answered 400."""

    def __init__(self, code: str, detail: str, *fields: FieldProblemBody) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.fields = fields


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    fields: tuple[FieldProblemBody, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer for an error."""
    span = trace.get_current_span().get_span_context()
    document = Problem(
        type=f"urn:stepwell:problem:{code}",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        fields=fields,
        trace_id=f"{span.trace_id:032x}" if span.is_valid else None,
    )
    answer_headers = {"X-Problem-Code": code, **(headers or {})}
    return JSONResponse(document.model_dump(mode="json"), status, answer_headers, MEDIA_TYPE)


def on_stepwell_error(_: Request, error: Exception) -> JSONResponse:
    """An error with a kind; of a bug the code alone, since its detail is about our own doing."""
    if not isinstance(error, StepwellError):
        raise error
    if error.kind is Kind.BUG:
        return problem(STATUS[error.kind], error.code, FAULT)
    fields = tuple(FieldProblemBody(path=f.path, problem=f.problem, rule=f.rule) for f in error.fields)
    if not fields and error.rule:
        fields = (FieldProblemBody(path="", problem=error.detail, rule=error.rule),)
    headers = {"Retry-After": RETRY_AFTER_S} if error.kind is Kind.UNAVAILABLE else None
    return problem(STATUS[error.kind], error.code, error.detail, fields, headers)


def on_validation_error(_: Request, error: Exception) -> JSONResponse:
    """A request of the wrong shape: 400 when the JSON cannot be read, else 422 with each field; never the value."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = error.errors()
    if any(item["type"] == "json_invalid" for item in problems):
        return problem(HTTPStatus.BAD_REQUEST, "json_malformed", "the body is not JSON")
    fields = tuple(
        FieldProblemBody(path=".".join(str(part) for part in item["loc"]), problem=item["msg"]) for item in problems
    )
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", "the request has fields that are wrong", fields)


def on_unauthenticated(_: Request, error: Exception) -> JSONResponse:
    """401, with the challenge of RFC 6750, section 3: no error in it when no token was sent."""
    if not isinstance(error, Unauthenticated):
        raise error
    challenge = {"WWW-Authenticate": "Bearer" if error.code == "token_missing" else 'Bearer error="invalid_token"'}
    return problem(HTTPStatus.UNAUTHORIZED, error.code, error.detail, headers=challenge)


def on_bad_request(_: Request, error: Exception) -> JSONResponse:
    """400."""
    if not isinstance(error, BadRequest):
        raise error
    return problem(HTTPStatus.BAD_REQUEST, error.code, error.detail, error.fields)


def on_http_exception(_: Request, error: Exception) -> JSONResponse:
    """What the framework answers itself: unknown path, wrong method."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    return problem(status, status.name.lower(), status.description, headers=error.headers)


def bug() -> JSONResponse:
    """Anything else is a bug: its type is in the log and the trace, nothing of it in the answer."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "bug", FAULT)
