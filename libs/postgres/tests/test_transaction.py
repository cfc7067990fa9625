"""One edge, one transaction: all of it is there when the block ends, or nothing."""

import asyncio
import json
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest

from libs.postgres.tests.conftest import Ledger, counselor
from stepwell_contracts.base import Event
from stepwell_kernel.access import Action, Resource
from stepwell_kernel.caller import Caller
from stepwell_kernel.errors import Bug, Conflict, Forbidden, Invalid, NotFound, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Stream, StreamKind, Transaction

READ = Action("record.read", people=frozenset({"counselor"}))
SIGN = Action("record.sign", people=frozenset({"prescriber"}))


class Noted(Event):
    """An event of these tests."""

    type: ClassVar[str] = "stepwell.test.noted.v1"
    number: int


def record(tenant: str = "riverbend") -> Resource:
    return Resource(tenant, "record", new_id())


def stream(tenant: str = "riverbend") -> Stream:
    return Stream(tenant, StreamKind.PATIENT, UUID(int=7))


async def note(tx: Transaction, key: str) -> None:
    await schedule_duty(tx, "note", key, tx.now, {})


async def notes(ledger: Ledger) -> str:
    found: str = await ledger.value("select coalesce(string_agg(key, ' ' order by key), '') from duty")
    return found


async def audits(ledger: Ledger) -> list[tuple[str, str, str]]:
    connection = await asyncpg.connect(ledger.database.superuser_url, ssl=False)
    try:
        rows = await connection.fetch("select tenant_id, action, outcome from audit order by id")
        return [(row["tenant_id"], row["action"], row["outcome"]) for row in rows]
    finally:
        await connection.close()


async def test_everything_is_there_when_the_block_has_ended(ledger: Ledger) -> None:
    async with ledger.open() as tx:
        tx.versions[stream()] = 4
        tx.authorize(READ, record())
        await note(tx, "a")
        tx.emit(stream(), Noted(number=1))
        assert await notes(ledger) == ""
        assert (ledger.written, ledger.woken) == ([], 0)
    assert await notes(ledger) == "a"
    assert await audits(ledger) == [("riverbend", "record.read", "done")]
    assert [emission.version for emission in ledger.written] == [5]
    assert ledger.woken == 1


async def test_nothing_is_left_when_the_block_raises(ledger: Ledger) -> None:
    with pytest.raises(Conflict):
        async with ledger.open() as tx:
            tx.versions[stream()] = 0
            tx.authorize(READ, record())
            await note(tx, "a")
            tx.emit(stream(), Noted(number=1))
            raise Conflict("full", "no seat is left")
    assert (await notes(ledger), await audits(ledger)) == ("", [])
    assert (ledger.written, ledger.woken) == ([], 0)


async def test_nothing_is_left_when_the_caller_is_cancelled(ledger: Ledger) -> None:
    entered = asyncio.Event()

    async def work() -> None:
        async with ledger.open() as tx:
            await note(tx, "a")
            entered.set()
            await tx.connection.execute("select pg_sleep(30)")

    task = asyncio.create_task(work())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await notes(ledger) == ""
    async with ledger.open() as tx:
        await note(tx, "b")
    assert await notes(ledger) == "b"


async def test_a_denied_access_leaves_its_row_alone(ledger: Ledger) -> None:
    with pytest.raises(Forbidden):
        async with ledger.open() as tx:
            tx.authorize(READ, record())
            await note(tx, "a")
            tx.authorize(SIGN, record())
    assert await notes(ledger) == ""
    assert await audits(ledger) == [("riverbend", "record.sign", "not_granted")]


async def test_another_tenants_record_is_not_found_and_the_attempt_is_kept_with_who_tried(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        async with ledger.open() as tx:
            tx.authorize(READ, record("harborlight"))
    assert await audits(ledger) == [("riverbend", "record.read", "record_not_found")]


async def test_a_denial_belongs_to_the_tenant_of_whom_it_was_denied(ledger: Ledger) -> None:
    with pytest.raises(Forbidden):
        async with ledger.open() as tx:
            await tx.act_as(counselor("harborlight"))
            tx.authorize(SIGN, record("harborlight"))
    assert await audits(ledger) == [("harborlight", "record.sign", "not_granted")]


async def test_each_denial_of_a_batch_is_kept(ledger: Ledger) -> None:
    async with ledger.open() as tx:
        for _ in range(2):
            with pytest.raises(Forbidden):
                tx.authorize(SIGN, record())
        await note(tx, "a")
    assert await notes(ledger) == "a"
    assert await audits(ledger) == [("riverbend", "record.sign", "not_granted")] * 2


async def test_a_savepoint_undoes_its_block_and_gives_the_versions_back(ledger: Ledger) -> None:
    async with ledger.open() as tx:
        tx.versions[stream()] = 0
        tx.authorize(READ, record())
        tx.emit(stream(), Noted(number=1))
        await note(tx, "kept")
        with pytest.raises(Conflict):
            async with tx.savepoint():
                await note(tx, "undone")
                tx.authorize(READ, record())
                tx.emit(stream(), Noted(number=2))
                raise Conflict("full", "no seat is left")
        tx.emit(stream(), Noted(number=3))
        async with tx.savepoint():
            await note(tx, "second")
            tx.emit(stream(), Noted(number=4))
    assert await notes(ledger) == "kept second"
    assert [(emission.version, emission.event) for emission in ledger.written] == [
        (1, Noted(number=1)),
        (2, Noted(number=3)),
        (3, Noted(number=4)),
    ]
    assert len(await audits(ledger)) == 1


async def test_a_savepoint_heals_a_failed_statement_and_gives_the_caller_back(ledger: Ledger) -> None:
    async with ledger.open() as tx:
        with pytest.raises(asyncpg.UndefinedTableError):
            async with tx.savepoint():
                await tx.act_as(counselor("harborlight"))
                await tx.connection.execute("select from nothing_of_that_name")
        assert (tx.tenant, await tenant_of(tx)) == ("riverbend", "riverbend")
        await note(tx, "a")
    assert await notes(ledger) == "a"


async def tenant_of(tx: Transaction) -> str | None:
    tenant: str | None = await tx.connection.fetchval("select stepwell_tenant()")
    return tenant


async def test_the_policies_show_each_tenant_its_own(ledger: Ledger) -> None:
    for tenant in ("riverbend", "harborlight"):
        async with ledger.open(tenant=tenant) as tx:
            tx.authorize(READ, record(tenant))
    for tenant in ("riverbend", "harborlight"):
        async with ledger.open(tenant=tenant) as tx:
            rows = await tx.connection.fetch("select tenant_id from audit")
            assert [row["tenant_id"] for row in rows] == [tenant]
    async with ledger.pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from audit") == 0


async def test_a_row_of_another_tenant_is_refused(ledger: Ledger) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with ledger.open() as tx:
            await tx.connection.execute(
                "insert into idempotency (tenant_id, scope, key, fingerprint) values ('harborlight', 's', 'k', '')"
            )


async def test_the_application_cannot_rewrite_the_audit(ledger: Ledger) -> None:
    for statement in ("update audit set outcome = 'done'", "delete from audit", "truncate audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with ledger.open() as tx:
                await tx.connection.execute(statement)


async def test_one_transaction_acts_for_several_tenants_in_turn(ledger: Ledger) -> None:
    async with ledger.open() as tx:
        tx.authorize(READ, record())
        await tx.act_as(counselor("harborlight"))
        assert await tenant_of(tx) == "harborlight"
        tx.authorize(READ, record("harborlight"))
    assert await audits(ledger) == [("riverbend", "record.read", "done"), ("harborlight", "record.read", "done")]


@pytest.mark.parametrize("tenant", ["", "a", "Riverbend", "x'; drop table audit; --", "a" * 32])
async def test_a_tenant_of_an_impossible_form_reaches_no_statement(ledger: Ledger, tenant: str) -> None:
    with pytest.raises(Bug, match="tenant_malformed"):
        async with ledger.open(tenant=tenant):
            pytest.fail("the transaction was opened")
    async with ledger.open() as tx:
        await note(tx, "a")


async def test_an_event_needs_its_stream_locked(ledger: Ledger) -> None:
    with pytest.raises(Bug, match="stream_not_locked"):
        async with ledger.open() as tx:
            tx.emit(stream(), Noted(number=1))


async def test_domain_time_stands_still_within_a_transaction(ledger: Ledger) -> None:
    begun = ledger.clock.now()
    async with ledger.open() as tx:
        ledger.clock.pass_by(hours=1)
        assert tx.now == begun


async def test_a_lost_server_is_unavailable_and_the_next_transaction_passes(ledger: Ledger) -> None:
    with pytest.raises(Unavailable):
        async with ledger.open() as tx:
            await note(tx, "a")
            pid = await tx.connection.fetchval("select pg_backend_pid()")
            await ledger.value("select pg_terminate_backend($1, 5000)", pid)
            await note(tx, "b")
    async with ledger.open() as tx:
        await note(tx, "c")
    assert await notes(ledger) == "c"


async def test_a_connection_given_back_inside_a_transaction_is_clean_for_the_next(ledger: Ledger) -> None:
    async with ledger.pool.acquire() as connection:
        pid = await connection.fetchval("select pg_backend_pid()")
        await connection.execute("begin; select set_config('app.tenant', 'harborlight', true)")
    async with ledger.pool.acquire() as connection:
        assert await connection.fetchval("select pg_backend_pid()") == pid
        assert await connection.fetchval("select stepwell_tenant()") is None


@pytest.mark.parametrize("payload", [{"text": "a\0b"}])
async def test_a_text_that_cannot_be_stored_is_the_senders_fault(ledger: Ledger, payload: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="text_unstorable"):
        async with ledger.open() as tx:
            await schedule_duty(tx, "note", "a", tx.now, payload)
    with pytest.raises(Invalid, match="text_unstorable"):
        async with ledger.open() as tx:
            await note(tx, payload["text"])


async def test_who_acted_is_kept(ledger: Ledger) -> None:
    facility, thing = new_id(), new_id()
    person = counselor()
    caller = Caller(person.kind, person.tenant, "person-2", person.roles, on_behalf_of="person-3", cause="event-4")
    async with ledger.transactions()(caller) as tx:
        tx.authorize(READ, Resource("riverbend", "record", thing, facility))
    row = await ledger.value("select row_to_json(audit)::jsonb - 'id' - 'stamped_at' - 'at' from audit")
    expected = {
        "tenant_id": "riverbend",
        "caller_kind": "person",
        "subject": "person-2",
        "on_behalf_of": "person-3",
        "cause": "event-4",
        "action": "record.read",
        "resource_kind": "record",
        "resource_id": str(thing),
        "facility_id": str(facility),
        "outcome": "done",
        "trace_id": None,
    }
    assert json.loads(row) == expected
