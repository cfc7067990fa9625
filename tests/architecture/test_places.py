"""Whoever clones the repository has it alone, on another machine, with another package index.

So no file names an index host, a folder of the machine it was written on, or a file beside the clone.
"""

import re

import pytest

from tests.architecture.tree import Source, source

PLACES = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.org|maven\.org|maven\.apache\.org|crates\.io|proxy\.golang\.org|deb\.debian\.org"
    r"|--(?:extra-)?index-url\s*[=h]|--find-links\s*[=/h]"
    r"|/work/\w|/root/|/home/\w|/Users/\w|/opt/wheels|\.\./shared"
)


def violations(file: Source) -> list[str]:
    return [
        file.at(number, f"names {hit.group()}")
        for number, line in enumerate(file.text.splitlines(), start=1)
        if (hit := PLACES.search(line))
    ]


def test_no_file_names_a_place_outside(sources: tuple[Source, ...]) -> None:
    files = [file for file in sources if file.path.name != "test_places.py"]
    problems = [problem for file in files for problem in violations(file)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://pypi.org/simple",
        "--index-url=https://packages.example",
        "REPOSITORY = 'https://repo1.maven.org/maven2'",
        "path = '/root/clone'",
        "see ../shared/plan.md",
    ],
)
def test_a_place_is_found(line: str) -> None:
    assert violations(source("a.txt", f"first\n{line}\n"))


def test_addresses_of_standards_are_left_alone() -> None:
    assert not violations(source("a.txt", "http://www.apache.org/licenses/ and --no-emit-index-url\n"))
