"""Episodes and facilities as medication knows them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stepwell_kernel.codes import AgeBand, DischargeReason, Phase
from stepwell_kernel.errors import Conflict
from stepwell_kernel.local_time import local_at

#: Medication begins in care and goes on after it: a change of level never stops it.
MAY_START = frozenset({Phase.ADMISSION, Phase.TREATMENT, Phase.STEP_DOWN})


@dataclass(frozen=True, slots=True)
class Episode:
    """What intake's events tell of an episode; `treated_from` is when treatment began.

    Program and age band are absent until an event that names them has arrived.
    """

    episode_id: UUID
    patient_id: UUID
    facility_id: UUID
    program_id: UUID | None
    phase: Phase
    age_band: AgeBand | None
    treated_from: datetime | None = None
    discharge_reason: DischargeReason | None = None

    @property
    def ended_by_death(self) -> bool:
        """Whether the patient died: the one end of an episode that ends its orders too."""
        return self.phase is Phase.CLOSED and self.discharge_reason is DischargeReason.DEATH


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility: its zone, its holidays and the jurisdiction whose rules hold there (ISO 3166-2)."""

    facility_id: UUID
    zone: str
    holidays: frozenset[date]
    jurisdiction: str

    def day_of(self, instant: datetime) -> date:
        """The local day at an instant; clinical days are those of the site."""
        return local_at(instant, self.zone).date()


def check_may_start(episode: Episode) -> None:
    """Raise Conflict (`episode_not_in_care`) unless medication may be started in the phase."""
    if episode.phase not in MAY_START:
        raise Conflict("episode_not_in_care", f"medication is not started in {episode.phase}", rule="order.phase")
