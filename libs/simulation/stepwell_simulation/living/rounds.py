"""What is done at a set hour of every day, whoever else comes."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta

from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_simulation.living.doses import dose_all
from stepwell_simulation.living.office import Office

DOSING_HOUR = time(9, 30)
DAY = timedelta(days=1)


def set_rounds(office: Office) -> None:
    """Set the rounds of a facility."""
    _every_day(office, "dosing_hour", DOSING_HOUR, dose_all)


def _every_day(office: Office, name: str, at: time, round_of: Callable[[Office], Awaitable[None]]) -> None:
    async def begin() -> datetime:
        office.agenda.add(office.now(), name, go_round)
        return _next(office, at)

    async def go_round() -> None:
        await round_of(office)

    office.agenda.add(_next(office, at), f"{name}_begins", begin)


def _next(office: Office, at: time) -> datetime:
    """The next instant after now with that local time."""
    local_day = local_at(office.now(), office.house.zone).date()
    today = resolve_forward(datetime.combine(local_day, at), office.house.zone)
    return today if today > office.now() else resolve_forward(datetime.combine(local_day + DAY, at), office.house.zone)
