"""The auditor on a migrated database: it sees the rows of all tenants, and can change nothing."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from stepwell_devstack.auditor import AUDITOR, admit_auditor
from stepwell_devstack.migrating import package_file
from stepwell_devstack.secrets import load_or_make
from stepwell_messaging.serving import migrations_of
from stepwell_testing.databases import TestDatabase, TestServer

PASSWORD = "of the auditor"
OPENED = "insert into facility_stream (tenant_id, facility_id, version) values ($1, gen_random_uuid(), 1)"

MAY_WRITE = """
select format('%s %s', c.oid::regclass, privilege)
from pg_class c, unnest('{insert,update,delete,truncate,references,trigger,maintain}'::text[]) as privilege
where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = 'public'::regnamespace
      and has_table_privilege('auditor', c.oid, privilege)
"""

MAY_NOT_READ = """
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and not has_table_privilege('auditor', c.oid, 'select')
"""

WRITES = (
    "insert into facility_stream (tenant_id, facility_id, version) values ('riverbend', gen_random_uuid(), 1)",
    "update facility_stream set version = 2",
    "delete from inbox",
    "truncate outbox",
    "select from outbox for update",
    "select nextval(pg_get_serial_sequence('outbox', 'id'))",
    "create table mine (id bigint)",
    "create temporary table mine (id bigint)",
    "create schema mine",
    "drop table outbox",
    "alter table outbox disable row level security",
    "create role another",
    "set role intake_owner",
    "copy outbox to program 'true'",
)


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres_server: TestServer) -> AsyncIterator[TestDatabase]:
    """Intake's database with a row of each of two tenants, open to the auditor."""
    fresh = await postgres_server.fresh("intake", migrations_of(package_file("stepwell_intake")))
    await admit_auditor(postgres_server.superuser_url, [(fresh.name, "intake_owner")], PASSWORD)
    await as_superuser(fresh, OPENED, "riverbend")
    await as_superuser(fresh, OPENED, "harborlight")
    yield fresh
    await postgres_server.drop(fresh)


@pytest_asyncio.fixture(loop_scope="session")
async def auditor(database: TestDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection as the auditor."""
    connection = await signed_in(database, PASSWORD)
    yield connection
    await connection.close()


async def signed_in(database: TestDatabase, password: str) -> "asyncpg.Connection[asyncpg.Record]":
    host, port = database.address.split(":")
    return await asyncpg.connect(
        host=host, port=int(port), user=AUDITOR, password=password, database=database.name, ssl=False
    )


async def as_superuser(database: TestDatabase, statement: str, *arguments: str) -> None:
    connection = await asyncpg.connect(database.superuser_url, ssl=False)
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


async def test_it_sees_the_rows_of_all_tenants(auditor: "asyncpg.Connection[asyncpg.Record]") -> None:
    rows = await auditor.fetch("select tenant_id from facility_stream order by tenant_id")
    assert [row["tenant_id"] for row in rows] == ["harborlight", "riverbend"]


async def test_it_reads_every_table_and_writes_none(auditor: "asyncpg.Connection[asyncpg.Record]") -> None:
    assert await auditor.fetchval("select count(*) from pg_tables where schemaname = 'public'") > 20
    assert await auditor.fetch(MAY_NOT_READ) == []
    assert await auditor.fetch(MAY_WRITE) == []


async def test_a_table_that_a_later_migration_makes_is_read_too(
    database: TestDatabase, auditor: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    owner = await asyncpg.connect(database.url("owner"), ssl=False)
    try:
        await owner.execute("create table later (id bigint); insert into later values (7)")
    finally:
        await owner.close()
    assert await auditor.fetchval("select id from later") == 7


async def test_its_transactions_are_read_only(auditor: "asyncpg.Connection[asyncpg.Record]") -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await auditor.execute(WRITES[0])


@pytest.mark.parametrize("statement", WRITES)
async def test_nothing_is_granted_to_it_that_a_writing_transaction_could_use(
    auditor: "asyncpg.Connection[asyncpg.Record]", statement: str
) -> None:
    await auditor.execute("set default_transaction_read_only = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await auditor.execute(statement)


async def test_admitting_it_again_sets_the_password_given(postgres_server: TestServer, database: TestDatabase) -> None:
    await admit_auditor(postgres_server.superuser_url, [(database.name, "intake_owner")], "another")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await signed_in(database, PASSWORD)
    connection = await signed_in(database, "another")
    await connection.close()


def test_its_password_is_made_beside_those_that_are_there_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"database/postgres": "kept"}))
    secrets = load_or_make(tmp_path)
    assert secrets.database_passwords["postgres"] == "kept"
    assert len(secrets.database_passwords[AUDITOR]) > 30
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_or_make(tmp_path).database_passwords == secrets.database_passwords
