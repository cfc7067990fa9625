"""Tables on terminals of every width: nothing is left out, and a word stands on one line."""

import io
from collections import Counter

import pytest
from rich.console import Console, RenderableType
from rich.live import Live

from services.operations.tests.every_table import CRISIS, EPISODE, TABLES
from stepwell_operations.cli.whole import BOUNDLESS, Broken, show

NARROW, WIDE = 80, 120


def drawn(picture: RenderableType, width: int) -> str:
    file = io.StringIO()
    show(Console(file=file, width=width), picture)
    return file.getvalue()


@pytest.mark.parametrize("width", [20, NARROW, WIDE])
@pytest.mark.parametrize("view", TABLES)
def test_a_terminal_that_is_too_narrow_costs_no_word(view: str, width: int) -> None:
    whole = drawn(TABLES[view], BOUNDLESS)
    assert Counter(drawn(TABLES[view], width).split()) == Counter(whole.split())


def test_numbers_and_ids_are_whole() -> None:
    words = drawn(TABLES["facilities"], NARROW).split()
    assert {"123456/234567", "789012/678901", "345678", "112345"} <= set(words)
    for view in ("journeys", "journey", "find", "messages", "worklist"):
        assert str(EPISODE) in drawn(TABLES[view], NARROW)
    assert str(CRISIS.crisis_id) in drawn(TABLES["worklist"], NARROW)


def test_no_line_ends_in_blanks() -> None:
    for table in TABLES.values():
        assert not [line for line in drawn(table, NARROW).splitlines() if line != line.rstrip()]


def test_a_long_text_is_broken_between_words_where_the_row_would_not_fit() -> None:
    def lines(width: int) -> int:
        return drawn(TABLES["journey"], width).count("\n")

    assert lines(NARROW) == lines(WIDE) > lines(400)
    assert "x" * 45 in drawn(TABLES["journey"], NARROW)


def test_what_is_drawn_over_is_broken_where_the_terminal_ends() -> None:
    file = io.StringIO()
    with Live(console=Console(file=file, width=NARROW), auto_refresh=False) as live:
        live.update(Broken(TABLES["status"]), refresh=True)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= NARROW
    assert "".join(drawn(TABLES["status"], NARROW).split()) in "".join("".join(lines).split())
