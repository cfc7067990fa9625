"""Who asks: a person, a service, the journey of an episode, or a service's own duty."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class CallerKind(StrEnum):
    """The kinds of caller; each has grants of its own."""

    PERSON = "person"
    SERVICE = "service"
    JOURNEY = "journey"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated origin of a state change, within one tenant.

    `facilities` is the scope inside the tenant, None for all of them. `cause` names the event, action or duty that
    an automatic caller acts for, `on_behalf_of` the person whose decision it carries out; audit keeps both.
    """

    kind: CallerKind
    tenant: str
    subject: str
    roles: frozenset[str] = frozenset()
    facilities: frozenset[UUID] | None = None
    staff_id: UUID | None = None
    on_behalf_of: str | None = None
    cause: str | None = None

    def may_enter(self, facility_id: UUID | None) -> bool:
        """Whether the facility lies in this caller's scope; tenant-wide things (None) lie in everyone's."""
        return facility_id is None or self.facilities is None or facility_id in self.facilities
