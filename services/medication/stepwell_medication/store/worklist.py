"""A page of the worklist, as each source of rows is asked for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from stepwell_contracts.http.common import WorklistRow
from stepwell_postgres.transaction import Transaction

FROM_THE_START = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Asked:
    """A facility's rows after a position (due time and subject), due before an instant, at most so many."""

    facility_id: UUID
    due_before: datetime | None
    after: tuple[datetime, UUID]
    most: int


#: Gives its rows by due time and subject.
Source = Callable[[Transaction, Asked], Awaitable[Sequence[WorklistRow]]]
