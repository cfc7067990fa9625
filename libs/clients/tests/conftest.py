"""A service on loopback that misbehaves on request, and a plain client for it."""

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from libs.clients.tests.unruly import Unruly, running_unruly


@pytest_asyncio.fixture(loop_scope="session")
async def unruly() -> AsyncIterator[Unruly]:
    """A fresh service per test."""
    async with running_unruly() as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """Connections of a test."""
    async with httpx2.AsyncClient() as client:
        yield client
