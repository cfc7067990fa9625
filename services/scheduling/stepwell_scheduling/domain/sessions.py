"""Sessions of groups, and when a patient may have a seat in one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import Conflict
from stepwell_scheduling.domain.episodes import IN_CARE, Episode


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting of a group, with its seats."""

    session_id: UUID
    facility_id: UUID
    program_id: UUID
    group_id: UUID
    modality: Modality
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


def check_seat(session: Session, episode: Episode, now: datetime) -> None:
    """Raise Conflict unless the episode may have a seat: in care, at this facility, before the session starts."""
    if episode.phase not in IN_CARE:
        raise Conflict("episode_not_in_care", f"an episode in {episode.phase} has no seats", rule="seat.phase")
    if episode.facility_id != session.facility_id:
        raise Conflict("other_facility", "the session belongs to another facility", rule="seat.facility")
    if session.starts_at <= now:
        raise Conflict("session_started", "the session has started", rule="seat.before_start")
