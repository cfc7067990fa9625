import pytest

from tests.architecture.tree import Source, read, repository_files


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    """Every text file of the repository."""
    return tuple(source for path in repository_files() if (source := read(path)) is not None)


@pytest.fixture(scope="session")
def python(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Every Python file of the repository."""
    return tuple(source for source in sources if source.is_python)
