"""NOTIFY in a transaction takes one global lock at commit: all writers of the database wait in one line."""

import re

import pytest

from tests.architecture.tree import Source, source

NOTIFY = re.compile(r"\bpg_notify\b|(?:^|;)\s*notify\s+\w+\s*(?:,|;|$)", re.IGNORECASE | re.MULTILINE)


def violations(file: Source) -> list[str]:
    if file.is_python:
        return [file.at(line, "NOTIFY") for line, text in file.strings() if NOTIFY.search(text)]
    statements = re.sub(r"--[^\n]*", "", file.text)
    return [file.at(statements.count("\n", 0, hit.start()) + 1, "NOTIFY") for hit in NOTIFY.finditer(statements)]


def test_no_statement_notifies(sources: tuple[Source, ...]) -> None:
    files = [file for file in sources if file.path.suffix in {".py", ".sql"} and not file.is_test]
    problems = [problem for file in files for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.py", "SQL = \"select pg_notify('outbox', $1)\"\n", 1),
        ("a.py", "SQL = 'notify outbox'\n", 1),
        ("a.sql", "begin;\nnotify outbox, 'x';\n", 1),
        ("a.sql", "-- notify outbox\nselect 1;\n", 0),
        ("a.py", "SQL = 'select 1; notify outbox'\n", 1),
        ("a.py", "WORDS = 'could not notify the patient'\n", 0),
        ("a.py", "EVENT = 'patient_notified'\n", 0),
    ],
)
def test_a_notify_is_found(path: str, text: str, found: int) -> None:
    assert len(violations(source(path, text))) == found
