"""Migrations: applied once, by folder, and told when they are missing."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from libs.postgres.tests.conftest import Ledger
from stepwell_kernel.errors import Bug
from stepwell_postgres.migrate import PLATFORM, Migrations, migrate, pending
from stepwell_testing.databases import TestDatabase

TABLE = "-- migrate:up\ncreate table {name} (id int primary key);\n\n-- migrate:down\ndrop table {name};\n"


@pytest.fixture
def service(tmp_path: Path) -> Migrations:
    """The folders of a service with one migration in each of its own."""
    for folder, name in (("expand", "clinic"), ("contract", "shut")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"0001_{name}.sql").write_text(TABLE.format(name=name))
    return Migrations((PLATFORM,), tmp_path / "expand", tmp_path / "contract")


@pytest_asyncio.fixture(loop_scope="session")
async def application(database: TestDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection as the application's role."""
    connection = await asyncpg.connect(database.url("app"), ssl=False)
    yield connection
    await connection.close()


async def test_what_is_missing_is_told_to_the_application_and_applied_once(
    database: TestDatabase, application: "asyncpg.Connection[asyncpg.Record]", service: Migrations
) -> None:
    assert await pending(application, service) == ["expand_migrations/0001"]
    for _ in range(2):
        await migrate(database.url("owner"), service)
        assert await pending(application, service) == []
    assert await application.fetchval("select count(*) from clinic") == 0
    assert await application.fetchval("select to_regclass('shut')") is None


async def test_contract_migrations_come_only_when_asked_for(ledger: Ledger, service: Migrations) -> None:
    await migrate(ledger.database.url("owner"), service, contract=True)
    assert await ledger.value("select to_regclass('shut') is not null")


async def test_a_new_file_is_missing_until_it_is_applied(
    database: TestDatabase, application: "asyncpg.Connection[asyncpg.Record]", service: Migrations
) -> None:
    await migrate(database.url("owner"), service)
    (service.expand / "0002_room.sql").write_text(TABLE.format(name="room"))
    assert await pending(application, service) == ["expand_migrations/0002"]


async def test_a_migration_that_fails_says_why_and_leaves_nothing(ledger: Ledger, service: Migrations) -> None:
    broken = TABLE.format(name="half").replace("\n\n", "\nselect 1/0;\n\n")
    (service.expand / "0002_broken.sql").write_text(broken)
    with pytest.raises(Bug) as failure:
        await migrate(ledger.database.url("owner"), service)
    assert failure.value.code == "migration_failed"
    assert "division by zero" in failure.value.detail
    assert "ledger_owner" not in failure.value.detail
    assert await ledger.value("select to_regclass('half')") is None


async def test_an_empty_database_lacks_everything(
    application: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    other = tmp_path / "platform"
    other.mkdir()
    (other / "0999_new.sql").write_text(TABLE.format(name="fresh"))
    folders = Migrations((PLATFORM, other), tmp_path / "none", tmp_path / "none")
    assert await pending(application, folders) == ["platform_migrations/0999"]
