"""The pure parts import from a list of what they may; import-linter has lists of what they must not.

Both, because a new framework is on no list of forbidden ones, and a workflow that loads one takes 20 to
180 ms to prepare instead of 1.
"""

import ast
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.tree import Source, source

WORKFLOW = (
    "pydantic", "stepwell_contracts", "stepwell_kernel", "temporalio",
    "stepwell_workflows.facility", "stepwell_workflows.journey", "stepwell_workflows.sagas",
    "stepwell_workflows.shell",
)  # fmt: skip
DECISION = tuple(name for name in WORKFLOW if name not in {"temporalio", "stepwell_workflows.shell"})

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "libs/kernel/stepwell_kernel/": ("stepwell_kernel",),
    "libs/contracts/stepwell_contracts/": ("pydantic", "stepwell_contracts", "stepwell_kernel", "yaml"),
    "services/{name}/stepwell_{name}/domain/": ("stepwell_kernel", "stepwell_{name}.domain"),
    "workflows/stepwell_workflows/journey/decide.py": DECISION,
    "workflows/stepwell_workflows/journey/obligations.py": DECISION,
    "workflows/stepwell_workflows/journey/phases/": DECISION,
    "workflows/stepwell_workflows/journey/policy.py": DECISION,
    "workflows/stepwell_workflows/journey/state.py": DECISION,
    "workflows/stepwell_workflows/journey/": WORKFLOW,
    "workflows/stepwell_workflows/sagas/": DECISION,
    "workflows/stepwell_workflows/facility/rhythm.py": DECISION,
    "workflows/stepwell_workflows/facility/state.py": DECISION,
    "workflows/stepwell_workflows/facility/": WORKFLOW,
    "workflows/stepwell_workflows/shell.py": WORKFLOW,
}


def _allowed(file: Source) -> tuple[str, ...] | None:
    path = str(file.path)
    service = path.split("/")[1] if path.startswith("services/") else ""
    for prefix, names in ALLOWED.items():
        if path.startswith(prefix.format(name=service)):
            return tuple(name.format(name=service) for name in names)
    return None


def _imports(file: Source) -> Iterator[tuple[int, str]]:
    for node in file.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "."
            if module.count(".") == 0 and module.startswith("stepwell_"):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def violations(file: Source) -> list[str]:
    allowed = _allowed(file)
    if allowed is None:
        return []
    return [
        file.at(line, f"imports {name}")
        for line, name in _imports(file)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == prefix or name.startswith(f"{prefix}.") for prefix in allowed)
    ]


def test_pure_parts_import_only_what_they_may(python: tuple[Source, ...]) -> None:
    pure = [file for file in python if _allowed(file) is not None]
    assert pure
    problems = [problem for file in pure for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("libs/kernel/stepwell_kernel/a.py", "import pydantic\n", 1),
        ("libs/contracts/stepwell_contracts/a.py", "from stepwell_runtime import process\n", 1),
        ("services/intake/stepwell_intake/domain/a.py", "from pydantic import BaseModel\n", 1),
        ("services/intake/stepwell_intake/domain/a.py", "from stepwell_intake import store\n", 1),
        (
            "services/intake/stepwell_intake/domain/a.py",
            "from stepwell_intake.domain.level import Level\n",
            0,
        ),
        ("services/intake/stepwell_intake/domain/a.py", "from datetime import date\n", 0),
        ("workflows/stepwell_workflows/journey/decide.py", "from temporalio import workflow\n", 1),
        ("workflows/stepwell_workflows/journey/workflow.py", "from temporalio import workflow\n", 0),
        (
            "workflows/stepwell_workflows/journey/workflow.py",
            "from stepwell_workflows.bridge import rows\n",
            1,
        ),
        ("workflows/stepwell_workflows/sagas/discharge.py", "import asyncpg\n", 1),
    ],
)
def test_an_import_out_of_line_is_found(path: str, text: str, found: int) -> None:
    assert len(violations(source(path, text))) == found
