"""A table with a tenant is under a row-level-security policy, so that a query without tenant shows nothing.

Opaque tables, read by the platform across tenants, have none; they are listed here by name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

from tests.architecture.tree import Source, source

OPAQUE = {"duty", "inbox", "outbox", "outbox_archive", "parked"}

NAME = r'(?:if\s+not\s+exists\s+)?(?:public\.)?"?(\w+)"?'
CREATE = re.compile(rf"\bcreate\s+(?:unlogged\s+)?table\s+{NAME}\s*\(", re.IGNORECASE)
ADD_TENANT = re.compile(r'\balter\s+table\s+(?:public\.)?"?(\w+)"?\s+add\s+(?:column\s+)?tenant_id\b', re.IGNORECASE)
ENABLE = re.compile(r'\balter\s+table\s+(?:public\.)?"?(\w+)"?\s+enable\s+row\s+level\s+security', re.IGNORECASE)
POLICY = re.compile(r'\bcreate\s+policy\s+\w+\s+on\s+(?:public\.)?"?(\w+)"?', re.IGNORECASE)


def _upward(file: Source) -> str:
    """The statements of a migration on its way up, without comments."""
    return re.sub(r"--[^\n]*", "", file.text.partition("-- migrate:down")[0])


def _columns(sql: str, start: int) -> str:
    """What stands between the parenthesis before `start` and the one that closes it."""
    depth = 1
    for position in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[position], 0)
        if depth == 0:
            return sql[start:position]
    return sql[start:]


def tenant_tables(sql: str) -> set[str]:
    """The tables that the statements give a tenant."""
    created = {
        hit.group(1).lower()
        for hit in CREATE.finditer(sql)
        if re.search(r"\btenant_id\b", _columns(sql, hit.end()), re.IGNORECASE)
    }
    return created | {hit.group(1).lower() for hit in ADD_TENANT.finditer(sql)}


def violations(database: str, migrations: Iterable[Source]) -> list[str]:
    sql = "\n".join(_upward(file) for file in migrations)
    enabled = {name.lower() for name in ENABLE.findall(sql)}
    policies = {name.lower() for name in POLICY.findall(sql)}
    return [
        f"{database}: table {table} has a tenant and no policy"
        for table in sorted(tenant_tables(sql) - OPAQUE)
        if table not in enabled & policies
    ] + [f"{database}: opaque table {table} has a policy" for table in sorted(OPAQUE & (enabled | policies))]


@pytest.fixture(scope="session")
def databases(sources: tuple[Source, ...]) -> Mapping[str, list[Source]]:
    """Migrations by the database that they build; those of the libraries are in every database."""
    found = defaultdict(list)
    for file in sources:
        if file.path.suffix == ".sql" and file.within("migrations"):
            top, package = file.path.parts[:2]
            found["platform" if top == "libs" else package if top == "services" else top].append(file)
    return found


def test_every_table_with_a_tenant_is_under_a_policy(databases: Mapping[str, list[Source]]) -> None:
    assert any(tenant_tables(_upward(file)) for files in databases.values() for file in files)
    problems = [problem for name, files in databases.items() for problem in violations(name, files)]
    assert not problems, "\n".join(problems)


def test_the_list_of_opaque_tables_is_true(databases: Mapping[str, list[Source]]) -> None:
    created = {
        hit.group(1).lower() for files in databases.values() for file in files for hit in CREATE.finditer(_upward(file))
    }
    assert created >= OPAQUE, f"listed as opaque and not there: {sorted(OPAQUE - created)}"


TABLE = "create table patient (id uuid primary key, tenant_id text not null check (length(tenant_id) > 0));\n"
ENABLED = "alter table patient enable row level security;\n"
WITH_POLICY = "create policy tenant on patient using (tenant_id = stepwell_tenant());\n"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (TABLE, 1),
        (TABLE + ENABLED, 1),
        (TABLE + WITH_POLICY, 1),
        (TABLE + ENABLED + WITH_POLICY, 0),
        (TABLE + ENABLED + "-- " + WITH_POLICY, 1),
        (TABLE + "-- migrate:down\n" + ENABLED + WITH_POLICY, 1),
        ("create table rule (id uuid primary key);\n", 0),
        ("create table rule (id uuid);\nalter table rule add column tenant_id text;\n", 1),
        ("create table outbox (id bigint, tenant_id text);\n", 0),
        ("alter table outbox enable row level security;\n", 1),
    ],
)
def test_a_table_without_a_policy_is_found(sql: str, found: int) -> None:
    file = source("services/intake/migrations/expand/0001_patient.sql", f"-- migrate:up\n{sql}")
    assert len(violations("intake", [file])) == found
