"""Tables that leave nothing out: wider than a narrow terminal, which wraps their lines and still lets ids be copied."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import measure_renderables
from rich.segment import Segment
from rich.table import Column, Table

#: Cells in which a text that may be broken is still read with ease.
FOLDED = 30

#: More cells than any row has.
BOUNDLESS = 100_000


class WholeTable(Table):
    """A table as wide as the terminal, or where its contents need more, as wide as these.

    Columns that may be broken give way first: down to FOLDED cells, or to their longest word.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        needed = _needed_width(self, console, options.update(max_width=BOUNDLESS))
        yield from super().__rich_console__(console, options.update(max_width=max(options.max_width, needed)))


@dataclass(frozen=True, slots=True)
class Whole:
    """A picture without blanks at the ends of lines, of which a narrow terminal would make lines of their own."""

    picture: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in _lines(self.picture, console, options):
            yield from line
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class Broken:
    """A picture whose lines are broken where the terminal ends, for what is drawn over and must know its height."""

    picture: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        for line in _lines(self.picture, console, options):
            length = max(Segment.get_line_length(line), 1)
            for part in Segment.divide(line, range(width, length + width, width)):
                yield from part
                yield Segment.line()


def show(console: Console, picture: RenderableType) -> None:
    """Write a picture, whatever its width, without colouring numbers."""
    console.print(Whole(picture), highlight=False, crop=False)


def _lines(picture: RenderableType, console: Console, options: ConsoleOptions) -> Iterator[list[Segment]]:
    for line in Segment.split_lines(console.render(picture, options)):
        while line and not line[-1].text.strip():
            line.pop()
        yield [*line[:-1], *(Segment(last.text.rstrip(), last.style) for last in line[-1:])]


def _needed_width(table: Table, console: Console, boundless: ConsoleOptions) -> int:
    _, right, _, left = table.padding
    between = (left + right) * (len(table.columns) - 1)
    return between + sum(_needed_by(column, console, boundless) for column in table.columns)


def _needed_by(column: Column, console: Console, boundless: ConsoleOptions) -> int:
    measured = measure_renderables(console, boundless, [column.header, *column.cells])
    if column.no_wrap:
        return measured.maximum
    return max(measured.minimum, min(measured.maximum, FOLDED))
