"""A test file's name is unique in the tree, so that a failure names one file and one run can ask for it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from tests.architecture.tree import Source


def violations(paths: Iterable[PurePosixPath]) -> list[str]:
    count = Counter(path.name for path in paths if path.name.startswith("test_"))
    return [f"{name} exists {times} times" for name, times in sorted(count.items()) if times > 1]


def test_test_files_have_unique_names(python: tuple[Source, ...]) -> None:
    problems = violations(file.path for file in python)
    assert not problems, "\n".join(problems)


def test_a_repeated_name_is_found() -> None:
    assert violations([PurePosixPath("libs/a/tests/test_x.py"), PurePosixPath("libs/b/tests/test_x.py")])
    assert not violations([PurePosixPath("libs/a/tests/conftest.py"), PurePosixPath("libs/b/tests/conftest.py")])
