"""The files of the repository as the house rules read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root of the repository, and what it says."""

    path: PurePosixPath
    text: str

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    def within(self, *folders: str) -> bool:
        """Whether one of the folders lies on the way to the file."""
        return not set(folders).isdisjoint(self.path.parts[:-1])

    def at(self, line: int, problem: str) -> str:
        return f"{self.path}:{line}: {problem}"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name it is written with."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def strings(self) -> Iterator[tuple[int, str]]:
        """Every string literal with its line; docstrings are prose and left out."""
        docstrings = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node.lineno, node.value


def source(path: str, text: str) -> Source:
    """A file that a test makes up."""
    return Source(PurePosixPath(path), text)


def repository_files() -> list[PurePosixPath]:
    """Every file that is tracked, or would be by the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = sorted(set(listing.stdout.split("\0")) - {""})
    return [PurePosixPath(path) for path in paths if (ROOT / path).is_file()]


def read(path: PurePosixPath) -> Source | None:
    """The file, or None when it is not text."""
    try:
        return Source(path, (ROOT / path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None
