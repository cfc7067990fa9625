"""Ports: the preferred one, a free one, and never one that another process has chosen."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from stepwell_devstack.loopback import listen
from stepwell_devstack.ports import FREE_PORTS, choose_port

CHOOSE_AND_WAIT = (
    "import sys; from stepwell_devstack.ports import choose_port; print(choose_port({}), flush=True); input()"
)


@contextmanager
def chosen_elsewhere(preferred: int) -> Iterator[int]:
    """The port that another process has chosen, which does not listen there."""
    with subprocess.Popen(
        [sys.executable, "-c", CHOOSE_AND_WAIT.format(preferred)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate("\n")


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    preferred = choose_port(0)
    with chosen_elsewhere(0) as other:
        assert other != preferred
    assert choose_port(other) == other


def test_a_free_port_takes_the_place_of_one_that_somebody_listens_on() -> None:
    with listen(0) as taken:
        taken.listen()
        preferred = taken.getsockname()[1]
        assert choose_port(preferred) in set(FREE_PORTS) - {preferred}


def test_a_port_is_of_who_chose_it_until_its_process_ends() -> None:
    with chosen_elsewhere(0) as theirs:
        listen(theirs).close()
        assert choose_port(theirs) != theirs
    assert choose_port(theirs) == theirs


def test_no_port_is_chosen_twice() -> None:
    ports = [choose_port(0) for _ in range(20)]
    assert len(set(ports)) == len(ports)
