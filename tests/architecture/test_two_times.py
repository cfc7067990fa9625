"""Domain time comes from `tx.now` or the workflow: a scaled clock, a replay and a test see the same instant.

SQL says `clock_timestamp()` where it means machine time: `now()` reads like domain time, and is the start of
the transaction besides.
"""

import re

import pytest

from tests.architecture.tree import Source, source

PURE = ("domain", "usecases", "journey", "sagas", "facility")
MACHINE_CALLS = {
    f"{module}{name}"
    for module in ("datetime.", "dt.datetime.", "datetime.datetime.", "date.", "datetime.date.")
    for name in ("now", "today", "utcnow")
} | {"time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "monotonic", "perf_counter"}
SQL = re.compile(r"\b(select|insert|update|delete|default|where)\b", re.IGNORECASE)
SQL_NOW = re.compile(
    r"\b(now|statement_timestamp|transaction_timestamp)\s*\(|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b",
    re.IGNORECASE,
)


def violations(file: Source) -> list[str]:
    if file.path.suffix == ".sql":
        statements = re.sub(r"--[^\n]*", "", file.text)
        hits = [statements.count("\n", 0, hit.start()) + 1 for hit in SQL_NOW.finditer(statements)]
        return [file.at(line, "SQL asks for its own now") for line in hits]
    problems = [
        file.at(line, "SQL asks for its own now")
        for line, text in file.strings()
        if SQL.search(text) and SQL_NOW.search(text)
    ]
    if file.within(*PURE):
        problems += [
            file.at(call.lineno, f"{name} is machine time") for name, call in file.calls() if name in MACHINE_CALLS
        ]
    return problems


def test_domain_time_is_not_read_from_the_machine(sources: tuple[Source, ...]) -> None:
    files = [
        file
        for file in sources
        if not file.is_test
        and (file.path.suffix == ".sql" or (file.is_python and file.within("services", "workflows")))
    ]
    problems = [problem for file in files for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("services/a/domain/b.py", "at = datetime.now(UTC)\n", 1),
        ("services/a/usecases/b.py", "today = date.today()\n", 1),
        ("workflows/w/journey/b.py", "at = time.monotonic()\n", 1),
        ("workflows/w/journey/b.py", "at = workflow.now()\n", 0),
        ("services/a/api/b.py", "at = datetime.now(UTC)\n", 0),
        ("services/a/store/b.py", "SQL = 'update booking set ended_at = now()'\n", 1),
        ("services/a/store/b.py", "SQL = 'select 1 from dose where due < current_timestamp'\n", 1),
        ("services/a/store/b.py", "SQL = 'insert into seen (at) values (clock_timestamp())'\n", 0),
        ("services/a/migrations/expand/1.sql", "create table t (at timestamptz default now());\n", 1),
        ("services/a/migrations/expand/1.sql", "-- now() is forbidden\nselect 1;\n", 0),
    ],
)
def test_machine_time_in_the_domain_is_found(path: str, text: str, found: int) -> None:
    assert len(violations(source(path, text))) == found
