"""The mailbox over HTTP: the page for people, the list for tests, the providers of text messages for the platform."""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stepwell_devstack.json_bodies import Refused, refusal
from stepwell_devstack.loopback import LOOPBACK_HOSTS
from stepwell_devstack.mailbox.messages import Channel, Filter, Mailbox, as_documents
from stepwell_devstack.pages import Pages, style_sheet
from stepwell_devstack.sms.app import sms_routes
from stepwell_devstack.sms.provider import TextProvider

_SHOWN_AT_ONCE = 200
_FILTERS = frozenset({"channel", "recipient", "message_id", "subject", "since"})


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


def mailbox_app(mailbox: Mailbox, providers: Mapping[str, TextProvider]) -> Starlette:
    """The mailbox's page and list, and the providers by name."""
    routes = _Routes(mailbox)
    return Starlette(
        routes=[
            Route("/", routes.page),
            Route("/messages.json", routes.list_messages),
            *sms_routes(providers),
            Route("/style.css", style_sheet),
        ],
        exception_handlers={Refused: refusal},
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS))],
    )


def _filter(pairs: list[tuple[str, str]]) -> Filter:
    values = dict(pairs)
    unknown = sorted(values.keys() - _FILTERS)
    if unknown or len(values) != len(pairs):
        raise Refused(400, f"unknown or repeated parameter; known are {', '.join(sorted(_FILTERS))}")
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
        raise Refused(400, "channel must be email or sms") from error


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, "since must be an ISO 8601 instant") from error
    if instant.tzinfo is None:
        raise Refused(400, "since must carry an offset")
    return instant


def _page_start(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise Refused(400, "before must be the number of a message")
    return int(text)
