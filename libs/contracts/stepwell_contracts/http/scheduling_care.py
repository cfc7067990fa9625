"""Bodies of scheduling's API about a patient's place in the program: moves, rosters, waitlists, make-ups, weeks."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_contracts.http.scheduling import Code
from stepwell_kernel.codes import PriorityClass
from stepwell_kernel.scheduling_codes import WaitlistOutcome


class MoveBooking(Body):
    """Another session for a booked seat, and why."""

    session_id: UUID
    reason_code: Code


class BookingMoved(Value):
    """The booking in its new session."""

    booking_id: UUID
    session_id: UUID
    former_session_id: UUID
    starts_at: Instant
    ends_at: Instant


class BookMakeUp(Body):
    """The session that makes up for a missed one."""

    session_id: UUID


class MakeUpBooked(Value):
    """The booking that makes up for the missed one."""

    booking_id: UUID
    makes_up: UUID
    session_id: UUID
    starts_at: Instant
    ends_at: Instant


class JoinGroup(Body):
    """A patient, by the episode, becomes a member from a local day of the facility on."""

    episode_id: UUID
    from_day: date


class GroupPlace(Value):
    """The membership, and how many meetings were booked for it."""

    membership_id: UUID
    group_id: UUID
    episode_id: UUID
    from_day: date
    booked: int


class EndMembership(Body):
    """The first local day that is not the member's any more, and why."""

    from_day: date
    reason_code: Code


class MembershipEnded(Value):
    """Seats given up for it, and how many who waited became members."""

    membership_id: UUID
    from_day: date
    given_up: int
    promoted: int


class JoinWaitlist(Body):
    """A patient, by the episode, waits for a place."""

    episode_id: UUID


class WaitlistPlace(Value):
    """The wait, and the place in line from 1."""

    waitlist_id: UUID
    group_id: UUID
    episode_id: UUID
    position: int


class WithdrawWait(Body):
    """The patient does not wait any more."""


class WaitEnded(Value):
    """How the wait ended."""

    waitlist_id: UUID
    outcome: WaitlistOutcome


class MemberView(Value):
    """A member of a group; `until_day` is the first day that is not the member's any more."""

    membership_id: UUID
    episode_id: UUID
    from_day: date
    until_day: date | None


class WaitView(Value):
    """Somebody who waits, by the place in line."""

    waitlist_id: UUID
    episode_id: UUID
    priority: PriorityClass
    joined_at: Instant


class Roster(Value):
    """Who belongs to a group from today on, and who waits for it; `full_on` is the first day without a place."""

    group_id: UUID
    capacity: int
    members: tuple[MemberView, ...]
    waiting: tuple[WaitView, ...]
    full_on: date | None


class KeepApart(Body):
    """Patients with whom the patient never shares a session; the list replaces the one before."""

    patient_ids: Annotated[tuple[UUID, ...], Field(max_length=50)]


class KeptApart(Value):
    """Whom the patient is kept apart from, and sessions ahead in which they have seats together."""

    episode_id: UUID
    patient_ids: tuple[UUID, ...]
    sessions_together: tuple[UUID, ...] = ()


class WeekView(Value):
    """A closed week of an episode; `amended_at` when attendance was changed after it had been closed.

    `hours_rule` is the version of the rule that the required minutes go by, in care.
    """

    week_starts_on: date
    required_minutes: int
    attended_minutes: int
    shortfall_minutes: int
    hours_rule: str | None = None
    closed_at: Instant
    amended_at: Instant | None


class WeekList(Value):
    """Closed weeks by their first day."""

    weeks: tuple[WeekView, ...]
