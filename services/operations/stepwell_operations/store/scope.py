"""The facilities that bound what a caller sees; the tenant is bound by the policies of the tables."""

from uuid import UUID

from stepwell_kernel.caller import Caller


def own(facility: str) -> str:
    """The condition that a column names one of the caller's facilities, which are $1; null are all of the tenant's."""
    return f"($1::uuid[] is null or {facility} = any($1))"


def within(facility: str) -> str:
    """The same, narrowed to the facility that is $2 unless that is null."""
    return f"{own(facility)} and ($2::uuid is null or {facility} = $2)"


def facilities_of(caller: Caller) -> list[UUID] | None:
    """The caller's facilities as a parameter of a query, None for all of the tenant's."""
    return None if caller.facilities is None else sorted(caller.facilities)
