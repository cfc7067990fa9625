"""Parameters of OAuth requests, read strictly, and the errors that OAuth defines for them (RFC 6749)."""

from collections.abc import Mapping, Sequence
from typing import Self
from urllib.parse import parse_qsl

from starlette.requests import Request

_LARGEST_FORM = 16_384
_MOST_FIELDS = 40
_FORM = "application/x-www-form-urlencoded"


class OAuthProblem(Exception):
    """A refusal with an error code of RFC 6749 or RFC 8707 and the HTTP status that goes with it."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


class Parameters:
    """The parameters of one request; an empty value counts as absent, as RFC 6749 section 3.1 says."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Self:
        """The parameters of these pairs; one given twice is refused (RFC 6749 section 3.1)."""
        values: dict[str, str] = {}
        for name, value in pairs:
            if name in values:
                raise OAuthProblem("invalid_request", f"{name} is given more than once")
            values[name] = value
        return cls({name: value for name, value in values.items() if value})

    def optional(self, name: str) -> str | None:
        """The value, or None."""
        return self._values.get(name)

    def required(self, name: str) -> str:
        """The value; invalid_request when it is missing."""
        value = self._values.get(name)
        if value is None:
            raise OAuthProblem("invalid_request", f"{name} is missing")
        return value


async def form_of(request: Request) -> Parameters:
    """The form in the body; invalid_request for another media type, a malformed or an oversized body."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise OAuthProblem("invalid_request", f"the body must be {_FORM}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise OAuthProblem("invalid_request", f"the body is larger than {_LARGEST_FORM} bytes", 413)
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=bool(text),
            max_num_fields=_MOST_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise OAuthProblem("invalid_request", "the body is not a form") from error
    return Parameters.of(pairs)
