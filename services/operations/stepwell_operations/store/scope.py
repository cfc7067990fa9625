"""The facilities that bound what a caller sees; the tenant is bound by the policies of the tables."""

from uuid import UUID

from stepwell_kernel.caller import Caller


def facilities_of(caller: Caller) -> list[UUID] | None:
    """The caller's facilities as a parameter of a query, None for all of the tenant's."""
    return None if caller.facilities is None else sorted(caller.facilities)
