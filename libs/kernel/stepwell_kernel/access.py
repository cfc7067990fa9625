"""The one door: what a caller may do, by explicit grant, within tenant and facility."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done, with everyone who may do it; whoever is not named may not.

    `people` are roles of persons, `services` names of services; `journey` and `duty` allow the automatic callers.
    """

    name: str
    people: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    journey: bool = False
    duty: bool = False

    def grants(self, caller: Caller) -> bool:
        """Whether the caller is among those named."""
        match caller.kind:
            case CallerKind.PERSON:
                return bool(self.people & caller.roles)
            case CallerKind.SERVICE:
                return bool(self.services & caller.roles)
            case CallerKind.JOURNEY:
                return self.journey
            case CallerKind.DUTY:
                return self.duty


@dataclass(frozen=True, slots=True)
class Resource:
    """What an action is done to: kind and opaque id for the audit row, tenant and facility for the decision."""

    tenant: str
    kind: str
    id: UUID | None = None
    facility_id: UUID | None = None


def authorize(caller: Caller, action: Action, resource: Resource) -> None:
    """Let the caller pass or raise: NotFound for another tenant's resource, Forbidden for everything not granted."""
    if caller.tenant != resource.tenant:
        raise NotFound(f"{resource.kind}_not_found", f"there is no such {resource.kind.replace('_', ' ')}")
    if not action.grants(caller):
        raise Forbidden("not_granted", f"{action.name} is not granted to this caller")
    if not caller.may_enter(resource.facility_id):
        raise Forbidden("facility_out_of_scope", f"{action.name} lies outside the caller's facilities")
