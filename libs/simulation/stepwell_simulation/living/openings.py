"""How the facilities of the network open: what is published of each, and the series that its groups meet in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stepwell_clients.scheduling import SchedulingClient
from stepwell_contracts.http.notifications import SetOnCall
from stepwell_contracts.http.notifications_replies import SetSenderNumbers
from stepwell_contracts.http.scheduling import PublishReference
from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.living.houses import House
from stepwell_simulation.platform import Person
from stepwell_simulation.timetable import document_key


@dataclass(frozen=True, slots=True)
class Opening:
    """What an administrator publishes of a facility before anybody comes."""

    facility_id: UUID
    administrator: UUID
    reference: PublishReference
    on_call: SetOnCall | None = None
    numbers: tuple[str, ...] = ()


def openings() -> tuple[Opening, ...]:
    """All facilities of both tenants; that in the north is open for doses only."""
    return (
        Opening(
            network.FACILITY,
            network.ADMINISTRATOR,
            network.reference(),
            network.on_call(),
            (network.SENDER_NUMBER,),
        ),
        Opening(hillside.FACILITY, network.ADMINISTRATOR, hillside.reference()),
        Opening(
            harborlight.FACILITY,
            harborlight.ADMINISTRATOR,
            harborlight.reference(),
            harborlight.on_call(),
            (harborlight.SENDER_NUMBER,),
        ),
        Opening(
            harborlight.NORTH,
            harborlight.ADMINISTRATOR,
            harborlight.north_reference(),
            numbers=(harborlight.NORTH_SENDER_NUMBER,),
        ),
    )


async def publish(opening: Opening, administrator: Person) -> None:
    """Publish what is known of a facility; doing it again changes nothing."""
    facility_id, roster = opening.facility_id, opening.on_call
    key = document_key("reference", facility_id, opening.reference)
    await administrator.scheduling.publish_reference(facility_id, opening.reference, key=key)
    if roster is not None:
        key = document_key("on-call", facility_id, roster)
        await administrator.notifications.set_on_call(facility_id, roster, key=key)
    numbers = SetSenderNumbers(numbers=opening.numbers)
    key = document_key("numbers", facility_id, numbers)
    await administrator.notifications.set_sender_numbers(facility_id, numbers, key=key)


async def start_series(scheduling: SchedulingClient, house: House, from_day: date, run: str) -> None:
    """Start the series of a facility that do not run yet; a group meets once on a weekday."""
    known: dict[UUID, set[int]] = {}
    for number, series in enumerate(house.series):
        if series.group_id not in known:
            known[series.group_id] = {one.weekday for one in (await scheduling.series(series.group_id)).series}
        if series.weekday not in known[series.group_id]:
            key = f"{run}-series-{house.home}-{number}"
            await scheduling.start_series(series.group_id, series.from_day(from_day), key=key)
