"""From figures to the geometry of plots: shapes and labels in the units of a drawing, which a template draws as SVG.

Nothing here knows colours or markup. Each shape carries the words that it stands for, so that a plot reads as text too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

WIDTH = 640.0
HEIGHT = 220.0
LEFT = 34.0
#: Where names stand beside what they name, so that nobody has to look for a legend.
RIGHT = 98.0
TOP = 14.0
BOTTOM = 24.0
#: Between the baselines of two names that stand below each other.
LINE = 14.0
#: The part of its place that a column leaves free.
GAP = 0.34
STEPS = (1, 2, 5)
MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point of an axis or beside a shape."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """Words in the plane."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn in one colour: the code that styles know it by, its name, and a value for each place."""

    code: str
    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Band:
    """A series as an area on those below it: the corners of its outline, and where its name stands."""

    code: str
    outline: str
    name: Label


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the horizontal axis with all that stands at it, as words."""

    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Area:
    """Areas on top of each other over time, the first at the bottom; `limit` is a level to hold them against."""

    bands: Sequence[Band]
    places: Sequence[Place]
    across: Sequence[Label]
    up: Sequence[Label]
    limit: Label | None


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column."""

    code: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of blocks, with its value above it."""

    place: Place
    blocks: Sequence[Block]
    top: Point


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns beside each other, and the names of their parts beside the last."""

    columns: Sequence[Column]
    names: Sequence[tuple[str, Label]]
    across: Sequence[Label]
    up: Sequence[Label]


def area(labels: Sequence[str], series: Sequence[Series], limit: tuple[int, str] | None = None) -> Area:
    """A stacked area with a place for each label; series that are never more than none are left out.

    `limit` is a level with its name; 0 is none.
    """
    shown = [one for one in series if any(one.values)]
    floors = _floors(shown, len(labels))
    level, name = limit or (0, "")
    most = max([1, level, *floors[-1]])
    up = _up(most)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)
    xs = [round(LEFT + step * number, 1) for number in range(len(labels))]
    names = _apart(_middles(floors, most))
    bands = [
        Band(one.code, _outline(xs, low, high, most), Label(at, f"{one.name} {one.values[-1]}"))
        for one, low, high, at in zip(shown, floors, floors[1:], names, strict=False)
    ]
    places = [
        Place(round(max(x - step / 2, LEFT), 1), round(step, 1), f"{label}: {_said(shown, number)}")
        for number, (x, label) in enumerate(zip(xs, labels, strict=True))
    ]
    return Area(bands, places, _few(xs, labels), up, Label(_y(level, most), f"{name} {level}") if level else None)


def columns(labels: Sequence[str], series: Sequence[Series]) -> Columns:
    """A column for each label, its series on top of each other, the first at the bottom."""
    floors = _floors(series, len(labels))
    most = max([1, *floors[-1]])
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    drawn = [
        _column(
            Place(
                round(LEFT + step * (number + GAP / 2), 1),
                round(step * (1 - GAP), 1),
                f"{label}: {_said(series, number)}",
            ),
            series,
            [floor[number] for floor in floors],
            most,
        )
        for number, label in enumerate(labels)
    ]
    middles = [column.top.x for column in drawn]
    return Columns(drawn, _names(series, floors, most), _few(middles, labels), _up(most))


def _column(place: Place, series: Sequence[Series], floors: Sequence[int], most: int) -> Column:
    levels = [_y(floor, most) for floor in floors]
    blocks = [
        Block(one.code, high, round(low - high, 1))
        for one, low, high in zip(series, levels, levels[1:], strict=False)
        if low > high
    ]
    return Column(place, blocks, Point(round(place.x + place.width / 2, 1), levels[-1], str(floors[-1])))


def ticks(most: int) -> Sequence[int]:
    """A few round numbers from none to at most `most`."""
    steps = (base * 10**power for power in range(12) for base in STEPS)
    step = next(step for step in steps if most / step <= MOST_TICKS)
    return range(0, most + 1, step)


def _up(most: int) -> Sequence[Label]:
    return [Label(_y(tick, most), f"{tick:,}") for tick in ticks(most)]


def _y(value: float, most: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most, 1)


def _floors(series: Sequence[Series], places: int) -> Sequence[Sequence[int]]:
    """Where each series begins and the last one ends, from the ground on."""
    sums = [list(accumulate((one.values[number] for one in series), initial=0)) for number in range(places)]
    return [[column[level] for column in sums] for level in range(len(series) + 1)]


def _outline(xs: Sequence[float], low: Sequence[int], high: Sequence[int], most: int) -> str:
    along = [(x, _y(value, most)) for x, value in zip(xs, high, strict=True)]
    back = [(x, _y(value, most)) for x, value in zip(xs, low, strict=True)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (*along, *reversed(back)))


def _middles(floors: Sequence[Sequence[int]], most: int) -> Sequence[float]:
    """The middle of each series at the last place."""
    return [_y((low[-1] + high[-1]) / 2, most) for low, high in pairwise(floors)]


def _apart(wanted: Sequence[float]) -> Sequence[float]:
    """Heights for names, from the lowest up, each as near as may be to where it belongs and a line above the last."""
    heights: list[float] = []
    for y in wanted:
        heights.append(min(y, heights[-1] - LINE) if heights else y)
    over = max(TOP - min(heights, default=TOP), 0)
    return [height + over for height in heights]


def _names(series: Sequence[Series], floors: Sequence[Sequence[int]], most: int) -> Sequence[tuple[str, Label]]:
    """Names beside the last column; with one series its name says nothing that the title does not."""
    if len(series) < 2 or not floors[0]:
        return []
    return [
        (one.code, Label(at, f"{one.name} {one.values[-1]}"))
        for one, at in zip(series, _apart(_middles(floors, most)), strict=True)
    ]


def _few(xs: Sequence[float], labels: Sequence[str]) -> Sequence[Label]:
    """The last label and those at even steps before it, so many as have room."""
    step = max(-(-len(labels) // 6), 1)
    chosen = range(len(labels) - 1, -1, -step)
    return [Label(xs[number], labels[number]) for number in reversed(chosen)]


def _said(series: Sequence[Series], number: int) -> str:
    said = (f"{one.name} {one.values[number]}".strip() for one in series if one.values[number])
    return ", ".join(said) or "none"
