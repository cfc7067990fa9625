"""The platform at a glance with its details, and the drawing of it again and again."""

import asyncio
from collections.abc import Callable

from stepwell_clients.operations import OperationsClient
from stepwell_contracts.http.operations import Status
from stepwell_contracts.http.operations_network import Health
from stepwell_kernel.errors import Forbidden, StepwellError


class Overview(Status):
    """The status; `health` is absent for those who may not see the details."""

    health: Health | None = None

    @property
    def is_well(self) -> bool:
        """Whether every part is ready and nothing is parked."""
        return not self.parked_keys and all(part.ready for part in self.parts)


async def overview(operations: OperationsClient) -> Overview:
    """Ask for both at once."""
    status, health = await asyncio.gather(operations.status(), _health(operations))
    return Overview(**status.model_dump(), health=health)


async def watch(operations: OperationsClient, draw: Callable[[Overview | StepwellError], None], every_s: float) -> None:
    """Draw what is found, or why nothing is, every so many seconds of machine time, until it is cancelled."""
    while True:
        try:
            draw(await overview(operations))
        except StepwellError as error:
            draw(error)
        await asyncio.sleep(every_s)


async def _health(operations: OperationsClient) -> Health | None:
    try:
        return await operations.health()
    except Forbidden:
        return None
