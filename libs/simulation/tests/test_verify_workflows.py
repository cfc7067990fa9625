"""What the verdict reads of workflows, on a server."""

import base64
import json
from pathlib import Path

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from stepwell_contracts.journey import TASK_QUEUE, WORKFLOW_NAME
from stepwell_devstack.ports import choose_port
from stepwell_devstack.temporal import TemporalServer
from stepwell_runtime.keys import FileKeys
from stepwell_simulation.verify.places import Auditor, Places, Servers
from stepwell_simulation.verify.sources_workflows import PARKED, PHASE, read_workflows
from stepwell_temporal.client import connect
from stepwell_testing.eventually import eventually

NAMESPACE = "stepwell"


def places(folder: Path, temporal: str) -> Places:
    keys = folder / "keys.json"
    key = base64.b64encode(b"k" * 32).decode()
    keys.write_text(json.dumps({"payload_keys": {"current": "p1", "keys": {"p1": key}}}))
    servers = Servers(postgres="nowhere", kafka="nowhere", temporal=temporal)
    auditor = Auditor(user="auditor", password="auditor", keys=keys, namespace=NAMESPACE)
    return Places(addresses=servers, auditor=auditor, clock=folder / "clock")


async def test_what_was_left_in_a_workflow_is_read_once_it_has_ended(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path / "temporal.db", choose_port(0), 0, NAMESPACE, tmp_path / "temporal.log")
    where = places(tmp_path, server.address)
    process = await server.start()
    try:
        await eventually(server.is_ready, within_s=20)
        client = await connect(server.address, NAMESPACE, FileKeys(where.auditor.keys))
        left = TypedSearchAttributes([SearchAttributePair(PHASE, "closed"), SearchAttributePair(PARKED, 1)])
        started = await client.start_workflow(
            WORKFLOW_NAME, id="episode/1", task_queue=TASK_QUEUE, search_attributes=left
        )
        await started.terminate()

        async def told() -> list[tuple[str, str | None, int]]:
            return [(one.status, one.phase, one.parked) for one in await read_workflows(where)]

        await eventually(told, until=lambda seen: seen == [("terminated", "closed", 1)])
    finally:
        await process.stop()
