"""Cursors: what was given out comes back as it was, and whatever nobody gave out is refused."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from stepwell_kernel.errors import Invalid
from stepwell_runtime.http.cursor import from_cursor, to_cursor

ID = UUID("0193a000-0000-7000-8000-000000000001")
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@pytest.mark.parametrize("instant", [datetime(2026, 3, 2, 17, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=EAST)])
def test_a_position_comes_back_as_it_was(instant: datetime) -> None:
    assert from_cursor(to_cursor((instant, ID))) == (instant, ID)


@pytest.mark.parametrize(
    "cursor",
    [
        "abc",
        base64.urlsafe_b64encode(b"soon|7").decode(),
        to_cursor((datetime.min.replace(tzinfo=EAST), ID)),
        to_cursor((datetime.max.replace(tzinfo=WEST), ID)),
    ],
    ids=["no base64", "no position", "before all time", "after all time"],
)
def test_what_nobody_gave_out_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_cursor(cursor)
    assert (refused.value.code, [one.path for one in refused.value.fields]) == ("cursor_malformed", ["cursor"])
