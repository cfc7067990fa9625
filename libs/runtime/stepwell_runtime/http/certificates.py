"""The certification authorities that this machine trusts."""

import ssl
from functools import cache

import httpx2


@cache
def certificates() -> ssl.SSLContext:
    """For all HTTP clients that a process opens while it runs: reading them takes some 40 ms each time."""
    return httpx2.create_ssl_context()
