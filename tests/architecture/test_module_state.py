"""What a module keeps between calls is shared by all requests, tests and workers of a process without a word.

A table of constants is annotated as read-only (`Mapping`, `Sequence` ...) or `Final`; what changes, and what
others register themselves with, is made by a function and handed on.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import Source, source

READ_ONLY = (
    "AbstractSet",
    "Collection",
    "Final",
    "Iterable",
    "Mapping",
    "MappingProxyType",
    "Sequence",
    "frozenset",
)
LITERALS = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
MAKERS = {
    "APIRouter", "Counter", "FastAPI", "Gauge", "Histogram", "OrderedDict", "Queue", "Typer",
    "WeakKeyDictionary", "WeakValueDictionary", "bytearray", "defaultdict", "deque", "dict", "list", "set",
}  # fmt: skip


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            yield from _statements(statement.body)


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MAKERS
    return isinstance(value, LITERALS)


def _is_declared_constant(name: str, annotation: ast.expr | None, value: ast.expr) -> bool:
    if name == "__all__":
        return True
    if annotation is None:
        return False
    declared = ast.unparse(annotation)
    if declared in {"Final", "typing.Final"}:
        return isinstance(value, ast.List | ast.Dict | ast.Set) and any(ast.iter_child_nodes(value))
    return declared.removeprefix("Final[").split("[")[0].rpartition(".")[2] in READ_ONLY


def violations(file: Source) -> list[str]:
    problems = []
    for statement in _statements(file.tree.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                annotation = None
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                pass
            case _:
                continue
        if _is_mutable(value) and not _is_declared_constant(name, annotation, value):
            problems.append(file.at(statement.lineno, f"{name} is mutable state of the module"))
    problems += [file.at(node.lineno, "global") for node in file.nodes if isinstance(node, ast.Global)]
    return problems


def test_modules_keep_no_state(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python if not file.is_test for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "text",
    [
        "seen = []\n",
        "CACHE: Final = {}\n",
        "CACHE: dict[str, int] = {}\n",
        "RULES = {'a': 1}\n",
        "router = APIRouter()\n",
        "app = typer.Typer()\n",
        "SENT = prometheus_client.Counter('sent', 'messages')\n",
        "waiting = collections.deque()\n",
        "if True:\n    seen = set()\n",
        "def f():\n    global seen\n",
    ],
)
def test_state_is_found(text: str) -> None:
    assert len(violations(source("a.py", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = ['a']\n",
        "RULES: Mapping[str, int] = {'a': 1}\n",
        "RULES: Final[Mapping[str, int]] = {'a': 1}\n",
        "RULES: Final = {'a': 1}\n",
        "RULES = MappingProxyType({'a': 1})\n",
        "STATES = frozenset({'a'})\n",
        "ORDER = ('a', 'b')\n",
        "def f():\n    seen = []\n",
    ],
)
def test_constants_are_left_alone(text: str) -> None:
    assert not violations(source("a.py", text))
