"""A file has one subject, a function one step; a limit is the only thing that has kept this true anywhere."""

import ast

from tests.architecture.tree import Source, source

CODE = {".css", ".html", ".js", ".py", ".sh", ".sql"}
FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 60


def violations(file: Source) -> list[str]:
    limit = TEST_FILE_LINES if file.is_test else FILE_LINES
    lines = file.text.count("\n")
    problems = [file.at(limit, f"{lines} lines, the limit is {limit}")] if lines > limit else []
    if file.is_python:
        for node in file.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    problems.append(file.at(node.lineno, f"{node.name} has {length} lines, the limit is 60"))
    return problems


def test_files_and_functions_are_short(sources: tuple[Source, ...]) -> None:
    problems = [problem for file in sources if file.path.suffix in CODE for problem in violations(file)]
    assert not problems, "\n".join(problems)


def test_a_long_file_and_a_long_function_are_found() -> None:
    assert violations(source("libs/a/b.py", "x = 1\n" * 401))
    assert not violations(source("libs/a/tests/b.py", "x = 1\n" * 401))
    assert violations(source("libs/a/tests/b.py", "x = 1\n" * 601))
    assert violations(source("libs/a/b.py", "async def f() -> None:\n" + "    x = 1\n" * 60))
    assert not violations(source("libs/a/b.py", "async def f() -> None:\n" + "    x = 1\n" * 59))
