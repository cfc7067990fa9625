"""JSON bodies of the local stand-ins, and their refusals as problem documents."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_LARGEST_BODY = 16_384


class Refused(Exception):
    """A request that is wrong, or cannot be served now: its status and what is wrong with it."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


async def json_body(request: Request) -> Mapping[str, Any]:
    """The object in the body; Refused for anything else."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refused(413, f"the body is larger than {_LARGEST_BODY} bytes")
    try:
        document = json.loads(body)
    except ValueError as error:
        raise Refused(400, "the body must be JSON") from error
    if not isinstance(document, dict):
        raise Refused(422, "the body must be an object")
    return document


async def refusal(_: Request, refused: Exception) -> Response:
    """The answer to a request that was refused."""
    if not isinstance(refused, Refused):
        raise refused
    document = {"type": "about:blank", "status": refused.status, "detail": refused.problem}
    return JSONResponse(document, refused.status, media_type="application/problem+json")
