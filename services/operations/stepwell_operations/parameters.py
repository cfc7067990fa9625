"""Parameters that routes of the API and pages of the console take alike."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from stepwell_runtime.http.cursor import Position, from_cursor

Limit = Annotated[int, Query(ge=1, le=500)]

#: Any day of a week. Beyond these years no calendar reaches, and at the ends of time neither zones nor weeks do.
Week = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


async def _after(cursor: Annotated[str | None, Query(max_length=200)] = None) -> Position | None:
    return from_cursor(cursor) if cursor else None


#: The position after which a page of a list begins, None for its first page.
After = Annotated[Position | None, Depends(_after)]
