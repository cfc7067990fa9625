"""A consumer on PostgreSQL: an event has its effect once; what cannot pass waits under its key, in order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

from stepwell_contracts.events.intake import FirstContactRecorded
from stepwell_kernel.errors import Unavailable
from stepwell_kernel.ids import new_id
from stepwell_messaging.applying import Applier, TooManyParked
from stepwell_messaging.delivery import Commands, Handler, Park
from stepwell_messaging.headers import to_headers, unpack
from stepwell_messaging.incoming import Incoming, Record
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.position import Fenced, Place, take
from stepwell_messaging.redrive import redrive_key
from stepwell_postgres.transaction import Transaction
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

TYPE = FirstContactRecorded.type
MOMENT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
TOPIC = "stepwell.intake.patient"
COUNT = """
insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, program_id, age_band, phase,
                         prescribed_minutes_per_week, version)
values ($1, $2, $1, $1, $1, 'adult', 'referral', 1, 1)
on conflict (episode_id) do update set version = ref_episode.version + 1
"""


def record(offset: int, patient: UUID, *, same_as: Record | None = None) -> Record:
    """A record at an offset; `same_as` is one that the broker delivers again further on."""
    if same_as is not None:
        return Record(TOPIC, 0, offset, same_as.key, same_as.headers, same_as.value)
    event = FirstContactRecorded(episode_id=patient, contacted_by=new_id())
    told = incoming(event, key=patient, at=MOMENT, version=offset + 1, episode_id=patient)
    return Record(TOPIC, 0, offset, str(patient), tuple(to_headers(told.envelope)), told.record.value)


async def count(tx: Transaction, one: Incoming) -> None:
    """An effect that counts: doing it twice would show."""
    await tx.connection.execute(COUNT, UUID(one.key), tx.tenant)


class Bench:
    """An applier on a fresh database that has taken partition 0."""

    def __init__(self, edge: ServiceEdge, place: Place, handler: Handler, most_parked: int) -> None:
        self.edge = edge
        self.place = place
        metrics = ConsumerMetrics(CollectorRegistry())
        delivery = Commands("scheduling", {TYPE: handler})
        self.applier = Applier(
            "scheduling", "scheduling", delivery, edge.transactions, metrics, most_parked=most_parked
        )

    async def effects(self) -> Mapping[str, int]:
        rows = await self.edge.rows("select episode_id, version from ref_episode")
        return {str(row["episode_id"]): row["version"] for row in rows}

    async def waiting(self) -> Sequence[tuple[str, int]]:
        rows = await self.edge.rows("select key, log_offset from parked order by id")
        return [(row["key"], row["log_offset"]) for row in rows]


async def bench(
    open_edge: OpenEdge, handler: Callable[[Transaction, Incoming], Awaitable[None]] = count, most_parked: int = 100
) -> Bench:
    edge = await open_edge("scheduling")
    async with edge.pool.acquire() as connection:
        place, offset = await take(connection, "scheduling", TOPIC, 0)
    assert offset == 0
    return Bench(edge, place, handler, most_parked)


async def test_an_event_delivered_five_times_has_one_effect(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    patient = new_id()
    first = record(0, patient)
    for _ in range(2):
        await on.applier.apply(on.place, [first])
    await on.applier.apply(on.place, [record(offset, patient, same_as=first) for offset in (1, 2, 3)])
    assert await on.effects() == {str(patient): 1}
    assert await on.edge.value("select next_offset from consumer_position where part = 0") == 4


async def test_a_batch_is_applied_in_order_for_many_keys(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    patients = [new_id() for _ in range(5)]
    await on.applier.apply(on.place, [record(n, patients[n % 5]) for n in range(50)])
    assert await on.effects() == {str(patient): 10 for patient in patients}


async def test_a_key_that_cannot_pass_waits_while_others_flow_on(open_edge: OpenEdge) -> None:
    sick, well, healed = new_id(), new_id(), asyncio.Event()

    async def handler(tx: Transaction, one: Incoming) -> None:
        if one.key == str(sick) and not healed.is_set():
            raise ValueError(one.key)
        await count(tx, one)

    on = await bench(open_edge, handler)
    records = [record(0, well), record(1, sick), record(2, well), record(3, sick)]
    await on.applier.apply(on.place, records)
    assert await on.effects() == {str(well): 2}
    assert await on.waiting() == [(str(sick), 1), (str(sick), 3)]
    await on.applier.apply(on.place, [record(4, sick)])
    assert [offset for _, offset in await on.waiting()] == [1, 3, 4]
    healed.set()
    assert await redrive_key(on.applier, TOPIC, str(sick)) == 3
    assert await on.effects() == {str(well): 2, str(sick): 3}
    assert await on.waiting() == []
    await on.applier.apply(on.place, [record(5, sick)])
    assert (await on.effects())[str(sick)] == 4


class Preparing(Commands):
    """Notes what was prepared; `meanwhile`, where given, happens once, while that is done."""

    def __init__(self, handler: Handler, *meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__("scheduling", {TYPE: handler})
        self._meanwhile = list(meanwhile)
        self.prepared: list[int] = []

    async def prepare(self, incoming: Sequence[Incoming]) -> None:
        self.prepared += [one.record.offset for one in incoming]
        if self._meanwhile:
            await self._meanwhile.pop()()


async def test_what_waited_while_others_were_prepared_is_prepared_before_it_passes(open_edge: OpenEdge) -> None:
    sick, well, healed = new_id(), new_id(), asyncio.Event()

    async def handler(tx: Transaction, one: Incoming) -> None:
        if one.key == str(sick) and not healed.is_set():
            raise Park("sick")
        await count(tx, one)

    on = await bench(open_edge, handler)
    await on.applier.apply(on.place, [record(0, sick)])
    healed.set()
    preparing = Preparing(handler, lambda: redrive_key(on.applier, TOPIC, str(sick)))
    on.applier.delivery = preparing
    await on.applier.apply(on.place, [record(1, well), record(2, sick)])
    assert await on.effects() == {str(well): 1, str(sick): 2}
    assert {0, 1, 2} == set(preparing.prepared)


async def test_what_waits_behind_a_record_that_cannot_be_read_is_not_prepared(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    sick, well = new_id(), new_id()
    behind = record(2, sick)
    broken = Record(TOPIC, 0, 1, behind.key, behind.headers, b"{")
    preparing = Preparing(count)
    on.applier.delivery = preparing
    await on.applier.apply(on.place, [record(0, sick), broken, behind, record(3, well)])
    assert preparing.prepared == [0, 3]
    assert [offset for _, offset in await on.waiting()] == [1, 2]
    assert await on.effects() == {str(sick): 1, str(well): 1}


async def test_what_cannot_be_read_is_parked_at_once(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    patient = new_id()
    good = record(0, patient)
    broken = Record(TOPIC, 0, 0, good.key, good.headers, b"{")
    await on.applier.apply(on.place, [broken, record(1, patient)])
    assert [offset for _, offset in await on.waiting()] == [0, 1]
    assert await on.edge.value("select reason from parked_key") == "poison_ValidationError"


async def test_headers_that_are_no_text_are_parked_and_kept_as_they_came(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    sick, well = record(0, new_id()), new_id()
    headers = (*((name, value) for name, value in sick.headers if name != "ce_source"), ("ce_source", b"\xff\x00"))
    await on.applier.apply(on.place, [Record(TOPIC, 0, 0, sick.key, headers, sick.value), record(1, well)])
    assert await on.effects() == {str(well): 1}
    assert await on.waiting() == [(sick.key, 0)]
    assert tuple(unpack(await on.edge.value("select headers from parked"))) == headers


async def test_a_service_that_is_away_is_waited_for_and_nothing_is_parked(open_edge: OpenEdge) -> None:
    tries: list[int] = []

    async def handler(tx: Transaction, one: Incoming) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise Unavailable("elsewhere", "is away")
        await count(tx, one)

    on = await bench(open_edge, handler)
    patient = new_id()
    await on.applier.apply(on.place, [record(0, patient)])
    assert await on.effects() == {str(patient): 1}
    assert await on.waiting() == []


async def test_a_handler_can_have_a_key_wait(open_edge: OpenEdge) -> None:
    async def handler(tx: Transaction, one: Incoming) -> None:
        del tx, one
        raise Park("not_started")

    on = await bench(open_edge, handler)
    await on.applier.apply(on.place, [record(0, new_id())])
    assert await on.edge.value("select reason from parked_key") == "not_started"


async def test_too_many_waiting_keys_stop_the_consumer(open_edge: OpenEdge) -> None:
    async def handler(tx: Transaction, one: Incoming) -> None:
        del tx, one
        raise Park("sick")

    on = await bench(open_edge, handler, most_parked=2)
    with pytest.raises(TooManyParked):
        await on.applier.apply(on.place, [record(n, new_id()) for n in range(5)])
    assert await on.edge.value("select next_offset from consumer_position") == 2


async def test_a_consumer_whose_partition_was_taken_applies_nothing(open_edge: OpenEdge) -> None:
    on = await bench(open_edge)
    async with on.edge.pool.acquire() as connection:
        await take(connection, "scheduling", TOPIC, 0)
    with pytest.raises(Fenced):
        await on.applier.apply(on.place, [record(0, new_id())])
    assert await on.effects() == {}
