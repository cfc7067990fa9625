"""Parameters that routes of the API and pages of the console take alike."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=200)]

#: Any day of a week. Beyond these years no calendar reaches, and at the ends of time neither zones nor weeks do.
Week = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31))]

#: An instant of the same years: of one at the ends of time the database knows nothing.
DueBefore = Annotated[
    AwareDatetime | None, Query(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
