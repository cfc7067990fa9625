"""A module named for nothing collects everything; each is named for its subject."""

from pathlib import PurePosixPath

from tests.architecture.tree import Source

NAMELESS = {"helper", "helpers", "misc", "util", "utils"}


def violations(path: PurePosixPath) -> list[str]:
    names = {*path.parts[:-1], path.stem}
    return [f"{path}: {name} says nothing of its subject" for name in sorted(names & NAMELESS)]


def test_modules_are_named_for_their_subject(python: tuple[Source, ...]) -> None:
    problems = [problem for file in python for problem in violations(file.path)]
    assert not problems, "\n".join(problems)


def test_a_nameless_module_is_found() -> None:
    assert violations(PurePosixPath("libs/a/utils.py"))
    assert violations(PurePosixPath("libs/a/helpers/text.py"))
    assert not violations(PurePosixPath("libs/a/common_room.py"))
