"""What a journey decides on: a fact, a deadline, the outcome of an action, a policy read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.journey_policy import JourneyPolicy


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of a service."""

    envelope: Envelope
    event: Event


@dataclass(frozen=True, slots=True)
class Woken:
    """Domain time reached the instant at which an obligation wants something."""

    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An action was accepted or rejected."""

    index: int
    result: ActionResult


@dataclass(frozen=True, slots=True)
class PolicyRead:
    """The deadline rules in force, and of which place they are."""

    policy: JourneyPolicy
    facility_id: UUID
    program_id: UUID


Happening = Fact | Woken | Outcome | PolicyRead


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the journey acts: the key that goes into the action's key, in whose name, in which trace, and when."""

    key: str
    now: datetime
    on_behalf_of: str | None = None
    traceparent: str | None = None
