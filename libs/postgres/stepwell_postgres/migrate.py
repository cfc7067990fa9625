"""Migrations: plain SQL applied by dbmate, under one advisory lock, with a table per folder.

dbmate keys on the number across folders, so one shared table would lose files in silence.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import asyncpg

from stepwell_kernel.errors import Bug
from stepwell_postgres.pool import Connection

MIGRATION_LOCK = 7_300

#: The platform migrations that this library ships; messaging ships the next numbers of the same sequence.
PLATFORM = Path(str(files("stepwell_postgres"))) / "migrations" / "platform"


@dataclass(frozen=True, slots=True)
class Migrations:
    """The folders of one database: `platform` from the libraries, `expand` and `contract` of the service."""

    platform: tuple[Path, ...]
    expand: Path
    contract: Path

    def folders(self) -> tuple[tuple[str, tuple[Path, ...]], ...]:
        """Each migrations table with its folders, in the order in which they are applied."""
        return (
            ("platform_migrations", self.platform),
            ("expand_migrations", (self.expand,)),
            ("contract_migrations", (self.contract,)),
        )


async def migrate(owner_url: str, migrations: Migrations, *, contract: bool = False) -> None:
    """Apply what is missing, as the owner; the contract folder only when asked for.

    Raises Bug (`migration_failed`) with dbmate's own words.
    """
    connection = await asyncpg.connect(owner_url, ssl=False)
    try:
        await connection.execute("select pg_advisory_lock($1)", MIGRATION_LOCK)
        for table, folders in migrations.folders():
            if table != "contract_migrations" or contract:
                await _apply(owner_url, table, [folder for folder in folders if folder.is_dir()])
    finally:
        await connection.close()


async def pending(connection: Connection, migrations: Migrations) -> list[str]:
    """The migrations that the database lacks, as `table/number`; contract ones are never asked for."""
    missing = []
    for table, folders in migrations.folders()[:2]:
        known = await connection.fetchval("select to_regclass($1) is not null", table)
        applied = {r["version"] for r in await connection.fetch(f"select version from {table}")} if known else set()
        missing += [f"{table}/{number}" for number in _numbers(folders) if number not in applied]
    return missing


def _numbers(folders: Sequence[Path]) -> list[str]:
    return sorted(path.name.split("_", 1)[0] for folder in folders for path in folder.glob("*.sql"))


async def _apply(owner_url: str, table: str, folders: Sequence[Path]) -> None:
    if not _numbers(folders):
        return
    # The URL goes by the environment: arguments can be read by every user of the machine.
    arguments = [argument for folder in folders for argument in ("--migrations-dir", str(folder))]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "dbmate"),
        *("--migrations-table", table, "--no-dump-schema", *arguments, "migrate"),
        env={"DATABASE_URL": f"{owner_url}?sslmode=disable"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise Bug("migration_failed", output.decode(errors="replace").strip())
