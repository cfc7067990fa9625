"""A lock pins every package by hash and names no index: an install is the same whatever mirror answers."""

import re

from tests.architecture.tree import ROOT, Source, source

PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==[^ ]+(?: ; [^\\]+)?\s*\\$", re.MULTILINE)
HASH = "--hash=sha256:"


def violations(lock: Source) -> list[str]:
    problems = []
    lines = [line for line in lock.text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for number, line in enumerate(lines):
        if line.startswith(" "):
            if not line.strip().startswith(HASH):
                problems.append(f"{lock.path}: {line.strip()}")
        elif not PINNED.match(line) or number + 1 == len(lines) or HASH not in lines[number + 1]:
            problems.append(f"{lock.path}: {line} is not pinned by hash")
    return problems


def pins(lock: Source) -> dict[str, str]:
    """Version by package."""
    return dict(line.split(" ")[0].split("==") for line in lock.text.splitlines() if re.match(r"[a-z0-9]", line))


def test_locks_pin_by_hash(sources: tuple[Source, ...]) -> None:
    locks = [file for file in sources if file.path.suffix == ".lock" and file.path.parts[0] == "requirements"]
    wanted = {path.stem for path in (ROOT / "requirements").glob("*.in")}
    assert {lock.path.stem for lock in locks} == wanted
    problems = [problem for lock in locks for problem in violations(lock)]
    assert not problems, "\n".join(problems)


def test_tests_run_on_the_versions_that_ship(sources: tuple[Source, ...]) -> None:
    requirements = [file for file in sources if file.path.suffix == ".lock" and file.path.parts[0] == "requirements"]
    locks = {file.path.name: pins(file) for file in requirements}
    assert locks["runtime.lock"]
    assert locks["runtime.lock"].items() <= locks["dev.lock"].items()


def test_a_loose_line_is_found() -> None:
    pinned = f"six==1.17.0 \\\n    {HASH}00\n    # via x\n"
    assert not violations(source("requirements/a.lock", pinned))
    assert violations(source("requirements/a.lock", "six==1.17.0\n"))
    assert violations(source("requirements/a.lock", f"six>=1 \\\n    {HASH}00\n"))
    assert violations(source("requirements/a.lock", f"--index-url x\n{pinned}"))
