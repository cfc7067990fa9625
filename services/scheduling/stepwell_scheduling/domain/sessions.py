"""Sessions with their seats, how they are held, and when a patient may have a seat in one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.scheduling_codes import Setting
from stepwell_scheduling.domain.episodes import IN_CARE, Episode

#: Modalities that are also given as visits of one patient.
VISITS = frozenset({Modality.INDIVIDUAL_THERAPY, Modality.FAMILY_THERAPY, Modality.MEDICATION_MANAGEMENT})


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting of a group, or a visit of one patient (then without group), with its seats.

    `age_band` is the only one that it admits: its group's, or in group therapy that of the patients who have seats.
    """

    session_id: UUID
    facility_id: UUID
    program_id: UUID
    group_id: UUID | None
    modality: Modality
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    age_band: AgeBand | None = None
    setting: Setting = Setting.ON_SITE
    series_id: UUID | None = None
    cancelled: bool = False

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def admits(self, age_band: AgeBand) -> bool:
        """Whether patients of that age band may sit in it.

        Adolescents and adults never share a therapy group (common in state licensing; default of the house).
        """
        return self.age_band in (None, age_band)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a session is asked to be held: at which local time of the facility, how long, by whom, where."""

    starts_local: datetime
    minutes: int
    clinician_id: UUID
    room_id: UUID | None
    setting: Setting


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a session is held: at which local time, by whom, where, and the versions of the rules that allow it.

    Clinician and room stay taken for the `turnover` after the end. `patient_jurisdiction` is where the patient of a
    visit is, unless that is where the facility is.
    """

    starts_local: datetime
    zone: str
    clinician_id: UUID
    room_id: UUID | None
    setting: Setting
    turnover: timedelta
    rules: tuple[str, ...]
    patient_jurisdiction: str | None = None


def check_seat(session: Session, episode: Episode, now: datetime) -> None:
    """Raise Conflict unless the episode may have a seat.

    It must be in care and at this facility, the session must take place, lie ahead and admit the patient's age band.
    """
    if episode.phase not in IN_CARE:
        raise Conflict("episode_not_in_care", f"an episode in {episode.phase} has no seats", rule="seat.phase")
    if episode.facility_id != session.facility_id:
        raise Conflict("other_facility", "the session belongs to another facility", rule="seat.facility")
    if session.cancelled:
        raise Conflict("session_cancelled", "the session does not take place", rule="seat.takes_place")
    if session.starts_at <= now:
        raise Conflict("session_started", "the session has started", rule="seat.before_start")
    if not session.admits(episode.age_band):
        raise Conflict("other_age_band", "adolescents and adults do not sit in one therapy group", rule="seat.age_band")


def check_place(wish: Wish) -> None:
    """Raise Invalid (`room_does_not_fit`) unless a session on site has a room, and one at a distance none."""
    if (wish.setting is Setting.ON_SITE) != (wish.room_id is not None):
        problem = "is missing for a session on site" if wish.room_id is None else "is not used at a distance"
        raise Invalid("room_does_not_fit", "a session on site has a room", fields=(FieldProblem("room_id", problem),))


def check_visit(modality: Modality) -> None:
    """Raise Invalid (`not_a_visit`) for a modality that is not given to one patient, or one family, at a time."""
    if modality not in VISITS:
        raise Invalid("not_a_visit", f"{modality} meets as a group", fields=(FieldProblem("modality", "is no visit"),))


def check_ahead(starts_at: datetime, now: datetime) -> None:
    """Raise Conflict (`session_in_the_past`) unless a session is put ahead of now."""
    if starts_at <= now:
        raise Conflict("session_in_the_past", "a session is planned ahead", rule="session.ahead")


def check_changeable(session: Session, now: datetime) -> None:
    """Raise Conflict (`session_cancelled`, `session_started`) unless a session can still be changed."""
    if session.cancelled:
        raise Conflict("session_cancelled", "the session does not take place", rule="session.takes_place")
    if session.starts_at <= now:
        raise Conflict("session_started", "the session has started", rule="session.before_start")
