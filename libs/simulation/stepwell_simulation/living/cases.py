"""A patient of the simulation as far as the platform knows them: ids, where they are treated, how far care has come."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.http.intake_legal import Signer
from stepwell_kernel.codes import AgeBand, AttendanceState
from stepwell_kernel.local_time import local_at
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.living.houses import House
from stepwell_simulation.mix import ADULT_YEARS
from stepwell_simulation.profile import Profile


@dataclass
class Case:
    """One patient; `house` changes with a transfer, `episode_id` with a readmission.

    Instants are absent until they have come: `admitted_at` is when a clinician decided to admit. `last_contact_on` is
    the local day that the discharge stated. `came` tells of each session what was true of it, whatever was entered.
    `away` is who neither comes nor answers any more, `ended` whether care is over. A case that is taken up was known to
    an earlier process of the same run. As long as it is unheard, nobody on call answers its pages.
    """

    profile: Profile
    conduct: Conduct
    house: House
    run: str
    episode_id: UUID
    patient_id: UUID
    reached_at: datetime | None = None
    assessed_at: datetime | None = None
    admitted_at: datetime | None = None
    last_contact_on: date | None = None
    came: dict[str, AttendanceState] = field(default_factory=dict)
    has_waited: bool = False
    away: bool = False
    stepped_down: bool = False
    took_home: bool = False
    is_unheard: bool = False
    ended: bool = False
    is_taken_up: bool = False
    course: int = 1

    def key(self, step: str) -> str:
        """The key of a step's command: the same whenever the run is taken up again, so that a step may be repeated."""
        return f"{self.run}-{self.profile.number}-{self.course}-{step}"

    def today(self, now: datetime) -> date:
        """The local day where the patient is treated."""
        return local_at(now, self.house.zone).date()

    def day_of_care(self, now: datetime) -> int:
        """Local days since the admission."""
        return (self.today(now) - self.today(self.admitted_at or now)).days

    def age_band(self, now: datetime) -> AgeBand:
        """Adolescent until the eighteenth birthday."""
        born, today = self.profile.born_on, self.today(now)
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return AgeBand.ADULT if years >= ADULT_YEARS else AgeBand.ADOLESCENT

    def signer(self, now: datetime) -> Signer:
        """Who signs: the patient, with a guardian for as long as they are an adolescent."""
        return "patient" if self.age_band(now) is AgeBand.ADULT else "patient_and_guardian"
