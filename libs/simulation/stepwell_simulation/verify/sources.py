"""Takes the evidence: databases first, then the broker and the workflows, which can only be further."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from stepwell_kernel.clock import ScaledTime
from stepwell_runtime.clock import read_segments
from stepwell_simulation.verify.evidence import Care, Evidence, Ledgers
from stepwell_simulation.verify.looking import looking_into
from stepwell_simulation.verify.places import Places
from stepwell_simulation.verify.sources_broker import read_broker
from stepwell_simulation.verify.sources_care import read_care
from stepwell_simulation.verify.sources_ledgers import joined, read_ledgers
from stepwell_simulation.verify.sources_workflows import read_workflows

DATABASES = ("intake", "scheduling", "medication", "notifications", "journeys", "operations")

#: Wall time in which what has fallen due is done: timers and duties are looked at far more often.
DONE_WITHIN = timedelta(seconds=10)


async def take_evidence(places: Places) -> Evidence:
    """Everything that is looked at, once. Raises Unavailable when a part cannot be reached."""
    wall = datetime.now(UTC)
    clock = _clock(places)
    late = clock.domain_at(wall - DONE_WITHIN)
    ledgers, care = await _databases(places, late)
    broker, workflows = await asyncio.gather(read_broker(places.addresses.kafka), read_workflows(places))
    return Evidence(clock.domain_at(wall), late, ledgers, broker, workflows, care)


async def _databases(places: Places, late: datetime) -> tuple[Ledgers, Care]:
    async with AsyncExitStack() as stack:
        into = {name: await stack.enter_async_context(looking_into(places.database(name))) for name in DATABASES}
        ledgers = [await read_ledgers(name, connection) for name, connection in into.items()]
        return joined(ledgers), await read_care(into, late)


def _clock(places: Places) -> ScaledTime:
    """Without a file domain time is wall time."""
    return ScaledTime(read_segments(places.clock.read_bytes()) if places.clock.exists() else ())
