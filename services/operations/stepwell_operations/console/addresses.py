"""Addresses of pages: whatever was chosen on one stands in its address, so that it can be kept and passed on."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address(path: str, chosen: Mapping[str, object | None], **changes: object | None) -> str:
    """The path with what was chosen and changed; what is None or False is left out, true is said as such."""
    kept = {name: value for name, value in {**chosen, **changes}.items() if value is not None and value is not False}
    query = urlencode({name: "true" if value is True else str(value) for name, value in kept.items()})
    return f"{path}?{query}" if query else path
