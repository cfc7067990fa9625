"""Cursors come back as they were given out; what nobody gave out is refused."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest

from stepwell_kernel.errors import Invalid
from stepwell_kernel.ids import new_id
from stepwell_runtime.http.cursor import from_cursor, to_cursor

NOBODY = UUID(int=0)


def made_up(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+00:00", "2026-03-02T12:00:00.123456-05:00"])
def test_a_position_comes_back(instant: str) -> None:
    position = (datetime.fromisoformat(instant), new_id())
    found = from_cursor(to_cursor(position))
    assert (found, found[0].tzinfo) == (position, UTC)


@pytest.mark.parametrize(
    "cursor",
    [
        "abc",
        made_up("2026-03-02T12:00:00+00:00"),
        made_up(f"yesterday|{NOBODY}"),
        made_up(f"0001-01-01T00:00:00+14:00|{NOBODY}"),
        made_up(f"9999-12-31T23:59:59-12:00|{NOBODY}"),
    ],
)
def test_what_nobody_gave_out_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor_malformed"):
        from_cursor(cursor)
