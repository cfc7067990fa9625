"""A naked except also swallows cancellation, and with it the end of a process or the answer to a time limit.

`BaseException` may be caught to clean up, if it is raised again.
"""

import ast

import pytest

from tests.architecture.tree import Source, source


def violations(file: Source) -> list[str]:
    problems = []
    for node in file.nodes:
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                problems.append(file.at(node.lineno, "naked except"))
            elif "BaseException" in ast.unparse(node.type) and not any(
                isinstance(inner, ast.Raise) for inner in ast.walk(node)
            ):
                problems.append(file.at(node.lineno, "BaseException caught and not raised again"))
    return problems


def test_no_except_swallows_everything(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("except:\n    pass", 1),
        ("except BaseException:\n    pass", 1),
        ("except BaseException:\n    close()\n    raise", 0),
        ("except ValueError:\n    pass", 0),
    ],
)
def test_a_naked_except_is_found(handler: str, found: int) -> None:
    assert len(violations(source("a.py", f"try:\n    work()\n{handler}\n"))) == found
