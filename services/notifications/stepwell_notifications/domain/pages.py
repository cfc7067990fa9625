"""Pages about a crisis, or about a cry for help: who is called next, until somebody takes it over or it is closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import derived_id


@dataclass(frozen=True, slots=True)
class PageRule:
    """How long a call waits for an acknowledgement."""

    version: str
    acknowledge_within: timedelta


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a page: rounds through the roster count from 1, and so do its levels; level 0 is nobody."""

    round: int
    level: int

    def next(self, levels: int) -> "Call":
        """The next level of the roster; after the last, or without a roster, a new round from the top."""
        if self.level < levels:
            return Call(self.round, self.level + 1)
        return Call(self.round + 1, min(levels, 1))

    def id(self, page_id: UUID) -> UUID:
        """The id under which the call is sent, and sent again."""
        return derived_id(page_id, "call", f"{self.round}/{self.level}")


#: Nobody has been called.
BEFORE_THE_FIRST = Call(1, 0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its fate: `open`, `acknowledged` or `closed`; `acknowledge_by` is the end of its first call.

    A page about a reply of nobody known has neither episode nor patient.
    """

    page_id: UUID
    facility_id: UUID
    episode_id: UUID | None
    patient_id: UUID | None
    about: UUID
    state: str
    call: Call
    call_id: UUID
    raised_at: datetime
    acknowledge_by: datetime
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether people are still called."""
        return self.state == "open"


def check_can_be_acknowledged(page: Page) -> None:
    """Raise Conflict (`page_closed`) when the crisis was closed before anybody took the page over."""
    if not page.is_open:
        raise Conflict("page_closed", "the crisis was closed before", rule="page.open")
