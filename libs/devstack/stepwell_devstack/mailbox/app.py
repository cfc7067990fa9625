"""The mailbox over HTTP: the page for people, the list for tests, the SMS provider for the platform."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stepwell_devstack.loopback import LOOPBACK_HOSTS
from stepwell_devstack.mailbox.messages import Channel, Filter, KeyReused, Mailbox, as_documents
from stepwell_devstack.pages import Pages, style_sheet

_SHOWN_AT_ONCE = 200
_LARGEST_BODY = 16_384
_LONGEST_TEXT = 1600  # ten segments of a text message, the limit of the larger providers
_PHONE_NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_KEY = re.compile(r"[!-~]{1,200}")
_FILTERS = frozenset({"channel", "recipient", "message_id", "subject", "since"})


class _Refused(Exception):
    """A request that is wrong: its status and what is wrong with it."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


class _Routes:
    """What the mailbox answers."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._pages = Pages()

    async def page(self, request: Request) -> Response:
        """GET: all messages, newest first, a page at a time."""
        before = _page_start(request.query_params.get("before"))
        messages = list(islice(self._mailbox.newest(Filter(), before=before), _SHOWN_AT_ONCE))
        older = messages[-1].number if messages and messages[-1].number > 1 else None
        follows = before is None and "still" not in request.query_params
        return self._pages.answer("messages.html", {"messages": messages, "older": older, "follows": follows})

    async def list_messages(self, request: Request) -> Response:
        """GET: the messages that pass the filter, newest first."""
        wanted = _filter(request.query_params.multi_items())
        return JSONResponse({"messages": as_documents(self._mailbox.newest(wanted))})

    async def list_sms(self, _: Request) -> Response:
        """GET: the text messages, newest first."""
        return JSONResponse({"messages": as_documents(self._mailbox.newest(Filter(channel=Channel.SMS)))})

    async def send_sms(self, request: Request) -> Response:
        """POST: take a text message over; the same key again answers the same id and shows nothing twice."""
        key = request.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise _Refused(400, "Idempotency-Key must be 1 to 200 visible ASCII characters")
        recipient, body = _sms(await _json_body(request))
        try:
            message, repeated = await self._mailbox.receive_sms(key, recipient, body)
        except KeyReused as error:
            raise _Refused(422, "Idempotency-Key was used for another message") from error
        except OSError as error:
            raise _Refused(503, "the message could not be kept, try again later") from error
        return JSONResponse({"id": message.letter.message_id, "repeated": repeated}, 200 if repeated else 201)


def mailbox_app(mailbox: Mailbox) -> Starlette:
    """The mailbox's page, list and SMS provider."""
    routes = _Routes(mailbox)
    return Starlette(
        routes=[
            Route("/", routes.page),
            Route("/messages.json", routes.list_messages),
            Route("/sms/messages", routes.list_sms),
            Route("/sms/messages", routes.send_sms, methods=["POST"]),
            Route("/style.css", style_sheet),
        ],
        exception_handlers={_Refused: _refusal},
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS))],
    )


def _filter(pairs: list[tuple[str, str]]) -> Filter:
    values = dict(pairs)
    unknown = sorted(values.keys() - _FILTERS)
    if unknown or len(values) != len(pairs):
        raise _Refused(400, f"unknown or repeated parameter; known are {', '.join(sorted(_FILTERS))}")
    return Filter(
        channel=_channel(values.get("channel")),
        recipient=values.get("recipient"),
        message_id=values.get("message_id"),
        subject=values.get("subject"),
        since=_instant(values.get("since")),
    )


def _channel(text: str | None) -> Channel | None:
    try:
        return None if text is None else Channel(text)
    except ValueError as error:
        raise _Refused(400, "channel must be email or sms") from error


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _Refused(400, "since must be an ISO 8601 instant") from error
    if instant.tzinfo is None:
        raise _Refused(400, "since must carry an offset")
    return instant


def _page_start(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise _Refused(400, "before must be the number of a message")
    return int(text)


async def _json_body(request: Request) -> Mapping[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise _Refused(413, f"the body is larger than {_LARGEST_BODY} bytes")
    try:
        document = json.loads(body)
    except ValueError as error:
        raise _Refused(400, "the body must be JSON") from error
    if not isinstance(document, dict):
        raise _Refused(422, "the body must be an object")
    return document


def _sms(document: Mapping[str, Any]) -> tuple[str, str]:
    match document:
        case {"to": str(recipient), "body": str(body), **others} if not others:
            if not _PHONE_NUMBER.fullmatch(recipient):
                raise _Refused(422, "to must be a phone number with + and country code (E.164)")
            if not 0 < len(body) <= _LONGEST_TEXT:
                raise _Refused(422, f"body must have 1 to {_LONGEST_TEXT} characters")
            return recipient, body
        case _:
            raise _Refused(422, "the body must have to and body, both text, and nothing else")


async def _refusal(_: Request, refused: Exception) -> Response:
    if not isinstance(refused, _Refused):
        raise refused
    document = {"type": "about:blank", "status": refused.status, "detail": refused.problem}
    return JSONResponse(document, refused.status, media_type="application/problem+json")
