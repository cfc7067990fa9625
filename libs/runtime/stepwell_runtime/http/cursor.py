"""Cursors of lists: a position that the server gave out, opaque to whoever brings it back."""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

from stepwell_kernel.errors import FieldProblem, Invalid

Position = tuple[datetime, UUID]


def to_cursor(position: Position) -> str:
    """The position after which the next page begins."""
    return base64.urlsafe_b64encode(f"{position[0].isoformat()}|{position[1]}".encode()).decode()


def from_cursor(cursor: str) -> Position:
    """The position in a cursor; Invalid (`cursor_malformed`) for one that nobody gave out."""
    try:
        instant, _, identifier = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(instant).astimezone(UTC), UUID(identifier)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid(
            "cursor_malformed",
            "the cursor is not one of ours",
            fields=(FieldProblem("cursor", "is malformed"),),
        ) from error
