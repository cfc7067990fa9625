"""BaseHTTPMiddleware runs the request in another task: context variables are lost and background work breaks.

Plain ASGI has neither fault.
"""

import ast

from tests.architecture.tree import Source, source

NAME = "BaseHTTPMiddleware"


def violations(file: Source) -> list[str]:
    found = [
        node.lineno
        for node in file.nodes
        if (isinstance(node, ast.alias) and node.name == NAME)
        or (isinstance(node, ast.Attribute) and node.attr == NAME)
        or (isinstance(node, ast.Name) and node.id == NAME)
    ]
    return [file.at(line, f"{NAME}; write plain ASGI") for line in found]


def test_middleware_is_plain_asgi(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python for problem in violations(file)]
    assert not problems, "\n".join(problems)


def test_the_base_class_is_found() -> None:
    assert violations(source("a.py", "from starlette.middleware.base import BaseHTTPMiddleware as Base\n"))
    assert violations(source("a.py", "class M(base.BaseHTTPMiddleware): ...\n"))
