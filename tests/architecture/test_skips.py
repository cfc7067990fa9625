"""A skipped test looks like a passed one. A missing real part fails the run and says what is missing."""

import ast

import pytest

from tests.architecture.tree import Source, source

SKIPS = {"importorskip", "skip", "skipIf", "skipTest", "skipUnless", "skipif", "xfail"}
OWNERS = {"mark", "pytest", "self", "unittest"}


def violations(file: Source) -> list[str]:
    problems = []
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and node.attr in SKIPS:
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner in OWNERS:
                problems.append(file.at(node.lineno, f"{owner}.{node.attr}"))
        if isinstance(node, ast.ImportFrom) and node.module in {"pytest", "unittest"}:
            problems += [file.at(node.lineno, alias.name) for alias in node.names if alias.name in SKIPS]
    return problems


def test_no_test_is_skipped(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test(): ...\n",
        "@pytest.mark.skipif(True, reason='x')\ndef test(): ...\n",
        "mark = pytest.mark.xfail\n",
        "docker = pytest.importorskip('docker')\n",
        "pytest.skip('no broker')\n",
        "from pytest import skip\n",
    ],
)
def test_a_skip_is_found(text: str) -> None:
    assert len(violations(source("libs/a/tests/test_a.py", text))) == 1


def test_other_skips_are_left_alone() -> None:
    assert not violations(source("a.py", "environment.skip(days=3)\n"))
