"""Routes that providers call: instead of a token, a signature over the body."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from stepwell_notifications.channels.signatures import HEADER, ProviderSignatures


def signed_by_provider(signatures: ProviderSignatures) -> Callable[[str, Request], Awaitable[None]]:
    """What such a route depends on: Forbidden (`signature_invalid`) unless the provider in its path signed the body."""

    async def verify(provider: str, request: Request) -> None:
        signatures.verify(provider, await request.body(), request.headers.get(HEADER))

    return verify
