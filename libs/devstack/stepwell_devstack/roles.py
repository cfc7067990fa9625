"""Databases with their roles: owner for migrations, app under the policies, relay for the outbox alone."""

from collections.abc import Mapping

import asyncpg

ROLES = ("owner", "app", "relay")
ROLE = "%I login nosuperuser nocreatedb nocreaterole nobypassrls password %L"
EXTENSIONS = ("btree_gist", "pg_trgm", "pg_stat_statements")


async def prepare_database(
    superuser_url: str, database: str, passwords: Mapping[str, str], *, prefix: str | None = None
) -> None:
    """Make the database and its roles, as far as they are missing; passwords are set to those given, by role name.

    Roles are named `<prefix>_owner`, `_app`, `_relay`; the prefix is the database's name unless given.
    """
    names = {role: f"{prefix or database}_{role}" for role in ROLES}
    server = await asyncpg.connect(superuser_url, ssl=False)
    try:
        for name in names.values():
            await ensure_role(server, name, passwords[name])
        if not await server.fetchval("select exists (select from pg_database where datname = $1)", database):
            await server.execute(f'create database "{database}" owner "{names["owner"]}"')
        await server.execute(f'revoke all on database "{database}" from public')
        for role in ROLES:
            await server.execute(f'grant connect, temporary on database "{database}" to "{names[role]}"')
    finally:
        await server.close()
    await _extend(superuser_url.rsplit("/", 1)[0] + f"/{database}", names["owner"])


async def ensure_role(
    server: "asyncpg.Connection[asyncpg.Record]", name: str, password: str, attributes: str = ROLE
) -> None:
    """Make the role, or set its password and attributes anew; these are a format of its name and password."""
    known = await server.fetchval("select exists (select from pg_roles where rolname = $1)", name)
    verb = "alter" if known else "create"
    statement = await server.fetchval(f"select format('{verb} role {attributes}', $1::text, $2::text)", name, password)
    await server.execute(statement)


async def _extend(url: str, owner: str) -> None:
    """Extensions need the superuser; the public schema goes to the owner."""
    database = await asyncpg.connect(url, ssl=False)
    try:
        for extension in EXTENSIONS:
            await database.execute(f"create extension if not exists {extension}")
        await database.execute("revoke all on schema public from public")
        await database.execute(f'grant all on schema public to "{owner}"')
    finally:
        await database.close()
