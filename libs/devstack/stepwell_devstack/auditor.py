"""The role that looks past all tenants and can change nothing: what a verdict about a run is read with."""

from collections.abc import Iterable

import asyncpg

from stepwell_devstack.roles import ensure_role

AUDITOR = "auditor"

#: Under the policies it would see the rows of no tenant. What names people is ciphertext in their tables, and the keys
#: beside it are wrapped by one that no database has: what it can read are ids, codes, times and quantities.
ROLE = "%I login nosuperuser nocreatedb nocreaterole noinherit bypassrls password %L"

READ_ONLY = f"alter role {AUDITOR} set default_transaction_read_only = on"


async def admit_auditor(superuser_url: str, database_owners: Iterable[tuple[str, str]], password: str) -> None:
    """Let the auditor read the tables of each (database, owner), those that the owner makes later too.

    The databases must exist. Nothing else is granted: it can write nothing, even in a transaction that may.
    """
    server = await asyncpg.connect(superuser_url, ssl=False)
    try:
        await ensure_role(server, AUDITOR, password, ROLE)
        await server.execute(READ_ONLY)
        for database, _ in (owned := list(database_owners)):
            await server.execute(f'grant connect on database "{database}" to {AUDITOR}')
    finally:
        await server.close()
    for database, owner in owned:
        await _open_tables(superuser_url.rsplit("/", 1)[0] + f"/{database}", owner)


async def _open_tables(url: str, owner: str) -> None:
    database = await asyncpg.connect(url, ssl=False)
    try:
        await database.execute(f"grant usage on schema public to {AUDITOR}")
        await database.execute(f"grant select on all tables in schema public to {AUDITOR}")
        await database.execute(
            f'alter default privileges for role "{owner}" in schema public grant select on tables to {AUDITOR}'
        )
    finally:
        await database.close()
