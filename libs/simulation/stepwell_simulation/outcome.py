"""How a patient's course came out, whoever lived it: the pure simulator, or a run through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_kernel.codes import DischargeReason

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the published figures are about, of one episode.

    `wait_days` counts from the first contact to the assessment, `stay_days` from the admission to the last contact, as
    TEDS does; both are absent as long as there is none, and so is the reason until the discharge. `sessions` are those
    that were due; `no_shows` were missed without a word or cancelled too late, what is left of them was excused.
    `is_settled` tells that the way into care is over, one way or the other.
    """

    number: int
    is_settled: bool
    was_assessed: bool
    was_admitted: bool
    wait_days: int | None
    reason: DischargeReason | None
    stay_days: int | None
    sessions: int
    attended: int
    no_shows: int


def whole_days(since: datetime | None, until: datetime | None) -> int | None:
    """Days between two instants without what is left of them; None as long as one has not come."""
    return None if since is None or until is None else (until - since) // DAY
