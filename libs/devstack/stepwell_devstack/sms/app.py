"""The providers over HTTP: their API for the platform, switches for tests, a page from which texts are sent in."""

import hmac
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stepwell_devstack.json_bodies import Refused, json_body
from stepwell_devstack.mailbox.messages import KeyReused, Text
from stepwell_devstack.pages import Pages
from stepwell_devstack.sms.provider import (
    Away,
    Behaviour,
    Broken,
    Receipts,
    RefusedByProvider,
    Sending,
    TextProvider,
)

_LONGEST_TEXT = 1600  # ten segments of a text message, the limit of the larger providers
_LONGEST_DELAY_S = 30.0
_PHONE_NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_KEY = re.compile(r"[!-~]{1,200}")


class _Routes:
    """What the providers answer."""

    def __init__(self, providers: Mapping[str, TextProvider]) -> None:
        self._providers = providers
        self._pages = Pages()

    async def page(self, _: Request) -> Response:
        """GET: the providers, and a form that sends a text in."""
        context = {"providers": self._providers.values()}
        return self._pages.answer("texts.html", context, form_targets=("'self'",))

    async def send(self, request: Request) -> Response:
        """POST: take a message over; the same key again answers the same id and sends nothing twice."""
        provider = self._provider(request)
        if not hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {provider.secret}"):
            raise Refused(401, "the secret is not that of this provider")
        key = request.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise Refused(400, "Idempotency-Key must be 1 to 200 visible ASCII characters")
        text = _text(await json_body(request))
        try:
            identifier, repeated = await provider.take(key, text)
        except KeyReused as error:
            raise Refused(422, "Idempotency-Key was used for another message") from error
        except RefusedByProvider as error:
            raise Refused(422, "the number cannot be reached") from error
        except (Away, OSError) as error:
            raise Refused(503, "no message can be taken now, try again later") from error
        except Broken as error:
            raise Refused(500, "something broke") from error
        return JSONResponse({"id": identifier, "repeated": repeated}, 200 if repeated else 201)

    async def behave(self, request: Request) -> Response:
        """PUT: how the provider behaves from now on."""
        provider = self._provider(request)
        provider.behaviour = _behaviour(await json_body(request))
        return _shown(provider.behaviour)

    async def behaviour(self, request: Request) -> Response:
        """GET: how the provider behaves."""
        return _shown(self._provider(request).behaviour)

    async def text_in(self, request: Request) -> Response:
        """POST: bring a text message of somebody to the platform, as JSON; answers the platform's status."""
        provider = self._provider(request)
        match await json_body(request):
            case {"from": str(sender), "to": str(recipient), "text": str(text), **others} if not others:
                return JSONResponse({"status": await provider.bring_in(sender, recipient, text)})
            case _:
                raise Refused(422, "the body must have from, to and text, and nothing else")

    async def text_in_by_form(self, request: Request) -> Response:
        """POST: the same from the page's form."""
        async with request.form() as form:
            fields = {name: str(form.get(name, "")) for name in ("provider", "from", "to", "text")}
        provider = self._named(fields["provider"])
        await provider.bring_in(fields["from"], fields["to"], fields["text"])
        return RedirectResponse("/sms", 303)

    def _provider(self, request: Request) -> TextProvider:
        return self._named(request.path_params["provider"])

    def _named(self, name: str) -> TextProvider:
        provider = self._providers.get(name)
        if provider is None:
            raise Refused(404, "there is no such provider")
        return provider


def sms_routes(providers: Mapping[str, TextProvider]) -> list[Route]:
    """The routes of the providers, for the application that shows their messages."""
    routes = _Routes(providers)
    return [
        Route("/sms", routes.page),
        Route("/sms", routes.text_in_by_form, methods=["POST"]),
        Route("/sms/{provider}/messages", routes.send, methods=["POST"]),
        Route("/sms/{provider}/inbound", routes.text_in, methods=["POST"]),
        Route("/sms/{provider}/behaviour", routes.behaviour),
        Route("/sms/{provider}/behaviour", routes.behave, methods=["PUT"]),
    ]


def _text(document: Mapping[str, Any]) -> Text:
    match document:
        case {"to": str(recipient), "body": str(body), "reference": str(reference), **others} if others.keys() <= {
            "from"
        }:
            if not _PHONE_NUMBER.fullmatch(recipient):
                raise Refused(422, "to must be a phone number with + and country code (E.164)")
            if not 0 < len(body) <= _LONGEST_TEXT:
                raise Refused(422, f"body must have 1 to {_LONGEST_TEXT} characters")
            sender = others.get("from", "")
            if not isinstance(sender, str):
                raise Refused(422, "from must be text")
            return Text(recipient, body, reference, sender)
        case _:
            raise Refused(422, "the body must have to, body and reference, perhaps from, all text, and nothing else")


def _behaviour(document: Mapping[str, Any]) -> Behaviour:
    try:
        sending = Sending(document.get("sending", Sending.TAKES))
        receipts = Receipts(document.get("receipts", Receipts.DELIVERED))
        delay_s = float(document.get("delay_s", 0.0))
    except (ValueError, TypeError) as error:
        raise Refused(422, "sending, receipts or delay_s is none that is known") from error
    if document.keys() - {"sending", "receipts", "delay_s"} or not 0 <= delay_s <= _LONGEST_DELAY_S:
        raise Refused(422, f"known are sending, receipts and delay_s, up to {_LONGEST_DELAY_S:.0f}")
    return Behaviour(sending, receipts, delay_s)


def _shown(behaviour: Behaviour) -> JSONResponse:
    return JSONResponse({"sending": behaviour.sending, "receipts": behaviour.receipts, "delay_s": behaviour.delay_s})
