"""Bodies of scheduling's API about availability and weekly plans."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.scheduling import Language
from stepwell_kernel.codes import Modality
from stepwell_kernel.scheduling_codes import BlockedBy, PlanGap, Setting


class AvailabilityWindow(Body):
    """Between two local times of a weekday, which counts from Monday 0."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: time
    closes: time


class SetAvailability(Body):
    """When the patient can come from a local day on: weekly windows, how held, in which languages, with whom best.

    `blocked_by` names what keeps the patient at other times. Without languages any will do.
    """

    effective_from: date
    windows: Annotated[tuple[AvailabilityWindow, ...], Field(min_length=1, max_length=42)]
    blocked_by: tuple[BlockedBy, ...] = ()
    settings: Annotated[tuple[Setting, ...], Field(min_length=1)] = (Setting.ON_SITE,)
    languages: Annotated[tuple[Language, ...], Field(max_length=5)] = ()
    preferred_clinician: UUID | None = None


class AvailabilitySet(Value):
    """The availability, in minutes a week."""

    episode_id: UUID
    effective_from: date
    available_minutes_per_week: int


class AvailabilityView(Value):
    """A version of the availability."""

    effective_from: date
    windows: tuple[AvailabilityWindow, ...]
    blocked_by: tuple[BlockedBy, ...]
    settings: tuple[Setting, ...]
    languages: tuple[str, ...]
    preferred_clinician: UUID | None
    available_minutes_per_week: int


class AvailabilityList(Value):
    """The versions of an episode's availability in the order in which they were set.

    On a day that with the latest `effective_from` up to it holds, of several the last. Before the first the hours of
    the program's tracks are assumed.
    """

    versions: tuple[AvailabilityView, ...]


class PlanEpisodeWeek(Body):
    """Plan the week of the episode that begins on that local day; a dry run books nothing."""

    week_starts_on: date
    dry_run: bool = False


class GapView(Value):
    """Minutes of a modality that could not be planned, and why; of none where the mix itself is too small."""

    modality: Modality | None
    reason: PlanGap
    minutes: int


class PlannedSession(Value):
    """What the plan books: a seat in a meeting, or a visit (then without session until it is made)."""

    session_id: UUID | None
    modality: Modality
    starts_at: Instant
    ends_at: Instant
    clinician_id: UUID
    setting: Setting


class WeekPlanView(Value):
    """A planning of a week: minutes, what is missing and why, how much was booked, the versions of rules it went by.

    `missing` are modalities that the week should have and does not have at all.
    """

    plan_id: UUID
    episode_id: UUID
    week_starts_on: date
    required_minutes: int
    planned_minutes: int
    shortfall_minutes: int
    missing: tuple[Modality, ...]
    gaps: tuple[GapView, ...]
    booked: int
    rules: tuple[str, ...]
    planned_at: Instant


class WeekPlanMade(Value):
    """The plan with what it booked, or would book if it was a dry run, by start."""

    dry_run: bool
    plan: WeekPlanView
    sessions: tuple[PlannedSession, ...]


class WeekPlanList(Value):
    """The plannings of an episode, the latest week and planning first."""

    plans: tuple[WeekPlanView, ...]
