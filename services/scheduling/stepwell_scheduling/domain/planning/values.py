"""A planning problem and its plan, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.scheduling_codes import PlanGap, Setting


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to another."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def overlaps(self, other: "Span") -> bool:
        """Whether they share time; spans that touch do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Need:
    """Minutes of a modality wanted in a week; a visit of it takes `visit_minutes`."""

    modality: Modality
    minutes: int
    visit_minutes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A booking of the week that stands; it counts and stays as it is."""

    session_id: UUID
    modality: Modality
    span: Span


@dataclass(frozen=True, slots=True)
class PatientWeek:
    """A patient's own week: what is needed in it, when the patient can come, and what is booked already.

    `taken` is when the patient is booked, this week's sessions among it; what was `given_back` is not offered again.
    Meetings of the modality that `fills` make up what the needs leave open to the required minutes. `languages` is
    empty where any will do. What is `familiar` (groups and clinicians of former sessions) is preferred, the preferred
    clinician before all.
    """

    episode_id: UUID
    patient_id: UUID
    program_id: UUID
    age_band: AgeBand
    week: Span
    required_minutes: int
    ceiling_minutes: int | None
    needs: tuple[Need, ...]
    available: tuple[Span, ...]
    taken: tuple[Span, ...] = ()
    kept: tuple[Kept, ...] = ()
    given_back: frozenset[UUID] = frozenset()
    fills: Modality | None = None
    settings: frozenset[Setting] = frozenset(Setting)
    languages: frozenset[str] = frozenset()
    preferred_clinician: UUID | None = None
    familiar: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A meeting of a group with its free seats; `seated` are the patients who have one.

    `age_band` is the only one that it admits; None admits any, in group therapy that of whoever comes first.
    """

    session_id: UUID
    program_id: UUID
    group_id: UUID
    clinician_id: UUID
    modality: Modality
    setting: Setting
    language: str
    span: Span
    free_seats: int
    age_band: AgeBand | None = None
    seated: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Clinician:
    """Who can hold visits, of which modalities and in which settings, and when they are taken."""

    clinician_id: UUID
    modalities: frozenset[Modality]
    settings: frozenset[Setting]
    languages: frozenset[str]
    taken: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """A room for visits on site, and when it is taken."""

    room_id: UUID
    taken: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Weeks of patients of one facility, and all that they can be given.

    Sessions and visits begin at `not_before` or later; visits lie within `visit_hours` and are followed by
    `turnover_minutes` for clinician and room. No patient has more than `day_minutes` on a local day of `zone`.
    `apart` names for a patient all those who are never in the same session.
    """

    zone: str
    not_before: datetime
    patients: tuple[PatientWeek, ...]
    offers: tuple[Offer, ...]
    clinicians: tuple[Clinician, ...]
    rooms: tuple[Room, ...]
    visit_hours: tuple[Span, ...]
    turnover_minutes: int
    day_minutes: int
    apart: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to be made: with whom, where and when."""

    modality: Modality
    clinician_id: UUID
    room_id: UUID | None
    setting: Setting
    span: Span


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes of a modality that could not be planned, and why; of none for a mix that is too small in itself."""

    modality: Modality | None
    reason: PlanGap
    minutes: int


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The plan of one patient's week: meetings to take a seat in, visits to make, and what is missing.

    `planned_minutes` counts the bookings that were kept.
    """

    episode_id: UUID
    seats: tuple[Offer, ...]
    visits: tuple[Visit, ...]
    planned_minutes: int
    gaps: tuple[Gap, ...]
    missing: tuple[Modality, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan for each patient of the problem, in their order."""

    weeks: tuple[WeekPlan, ...]
