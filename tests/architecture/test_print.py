"""Output of a service is its log: structured, with ids only. A bare print would go around the allow-list."""

import pytest

from tests.architecture.tree import Source, source

COMMAND_LINES = ("cli", "benchmarks")


def violations(file: Source) -> list[str]:
    if file.path.name == "__main__.py" or file.within(*COMMAND_LINES):
        return []
    return [file.at(call.lineno, "print outside a command line") for name, call in file.calls() if name == "print"]


def test_only_command_lines_print(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("path", "found"),
    [("libs/a/b.py", 1), ("services/a/stepwell_a/cli/b.py", 0), ("libs/a/__main__.py", 0)],
)
def test_a_print_is_found(path: str, found: int) -> None:
    assert len(violations(source(path, "print('x')\n"))) == found
