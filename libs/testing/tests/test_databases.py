"""Databases of tests: each its own copy, each role as far as production lets it."""

from pathlib import Path

import asyncpg
import pytest

from stepwell_postgres.migrate import PLATFORM, Migrations
from stepwell_testing.databases import TestServer

NOWHERE = Path("/nonexistent")
OWN_TABLES = Migrations((PLATFORM,), NOWHERE, NOWHERE)


async def execute(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


INSERT = "insert into duty (kind, key, tenant_id, due_at, payload) values ('k', 'k', 't', clock_timestamp(), '{}')"


async def test_each_copy_is_its_own(postgres_server: TestServer) -> None:
    first, second = [await postgres_server.fresh("copies", OWN_TABLES) for _ in range(2)]
    await execute(first.url("app"), INSERT)
    assert await execute(first.url("app"), "select count(*) from duty") == 1
    assert await execute(second.url("app"), "select count(*) from duty") == 0
    for database in (first, second):
        await postgres_server.drop(database)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await execute(first.superuser_url, "select 1")


async def test_the_roles_of_a_copy_may_what_they_may_in_production(postgres_server: TestServer) -> None:
    database = await postgres_server.fresh("copies", OWN_TABLES)
    other = await postgres_server.fresh("others", OWN_TABLES)
    for role, statement in (
        ("app", "create table made_by_app (id int)"),
        ("app", "alter table audit disable row level security"),
        ("relay", "select * from duty"),
        ("relay", "select * from audit"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(database.url(role), statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(other.url("app").replace(other.name, database.name), "select 1")
    for one in (database, other):
        await postgres_server.drop(one)
