"""The geometry of plots: what stands where, and which words go with it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from stepwell_contracts.http.operations_network import CensusDay, FirstContactBand, WeekHours
from stepwell_operations.console.figures import census_plot, first_contact_plot, weeks_plot
from stepwell_operations.console.plots import (
    BOTTOM,
    HEIGHT,
    LEFT,
    LINE,
    RIGHT,
    TOP,
    WIDTH,
    Area,
    Columns,
    Series,
    area,
    columns,
    ticks,
)

GROUND = HEIGHT - BOTTOM
FIRST = date(2026, 2, 2)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4]),
        (8, [0, 2, 4, 6, 8]),
        (9, [0, 5]),
        (70, [0, 20, 40, 60]),
        (1_900, [0, 500, 1_000, 1_500]),
    ],
)
def test_an_axis_has_a_few_round_numbers(most: int, expected: list[int]) -> None:
    assert list(ticks(most)) == expected


def test_areas_stand_on_each_other_and_fill_the_height() -> None:
    drawn = area(
        ["1 Feb", "2 Feb"], [Series("a", "low", [1, 2]), Series("none", "none", [0, 0]), Series("b", "high", [1, 2])]
    )
    right = WIDTH - RIGHT
    middle, half = TOP + (GROUND - TOP) / 2, TOP + (GROUND - TOP) * 3 / 4
    assert [band.code for band in drawn.bands] == ["a", "b"]
    low, high = (band.outline.split() for band in drawn.bands)
    assert low == [
        f"{LEFT:.1f},{half:.1f}",
        f"{right:.1f},{middle:.1f}",
        f"{right:.1f},{GROUND:.1f}",
        f"{LEFT:.1f},{GROUND:.1f}",
    ]
    assert high[:2] == [f"{LEFT:.1f},{middle:.1f}", f"{right:.1f},{TOP:.1f}"]
    assert high[2:] == list(reversed(low[:2]))
    assert [band.name.text for band in drawn.bands] == ["low 2", "high 2"]
    assert [place.words for place in drawn.places] == ["1 Feb: low 1, high 1", "2 Feb: low 2, high 2"]
    assert [(tick.at, tick.text) for tick in drawn.up][-1] == (TOP, "4")


def test_a_level_above_all_areas_sets_the_scale() -> None:
    drawn = area(["1 Feb", "2 Feb"], [Series("a", "low", [1, 2])], (8, "places"))
    assert drawn.limit is not None
    assert (drawn.limit.at, drawn.limit.text) == (TOP, "places 8")
    assert area(["1 Feb"], [Series("a", "low", [1])], (0, "places")).limit is None


def test_names_never_stand_on_each_other() -> None:
    many = [Series(str(number), "thin", [0, 1]) for number in range(6)]
    names = [band.name.at for band in area(["1 Feb", "2 Feb"], [Series("a", "tall", [90, 90]), *many]).bands]
    assert all(below - above >= LINE for below, above in pairwise(names))
    assert min(names) >= TOP


def test_the_last_label_is_always_there_and_there_are_few() -> None:
    labels = [str(number) for number in range(60)]
    across = area(labels, [Series("a", "low", [1] * 60)]).across
    assert across[-1].text == "59"
    assert 4 <= len(across) <= 6


def test_columns_are_blocks_with_their_sum_above() -> None:
    drawn = columns(["2 Feb", "9 Feb"], [Series("met", "met", [3, 0]), Series("short", "short", [1, 2])])
    first, second = drawn.columns
    assert [block.code for block in first.blocks] == ["met", "short"]
    assert [block.height for block in first.blocks] == pytest.approx(
        [(GROUND - TOP) * 3 / 4, (GROUND - TOP) / 4], abs=0.1
    )
    assert [block.code for block in second.blocks] == ["short"]
    assert (first.top.y, first.top.text, second.top.text) == (TOP, "4", "2")
    assert first.place.words == "2 Feb: met 3, short 1"
    assert [(code, label.text) for code, label in drawn.names] == [("met", "met 0"), ("short", "short 2")]


def days(*phases: dict[str, int]) -> list[CensusDay]:
    return [CensusDay(day=FIRST + timedelta(days=number), phases=one) for number, one in enumerate(phases)]


def test_a_census_says_today_and_lists_its_days_the_latest_first() -> None:
    plot = census_plot(days({"referral": 2}, {"treatment": 3, "on_hold": 1, "screening": 1, "waitlisted": 1}), 12)
    assert plot.title == "Census, last 2 days"
    assert plot.finding == "Today 3 in treatment, 1 on hold, 2 arriving."
    assert plot.heads == ("Day", "Treatment", "Step-down", "On hold", "Aftercare", "Arriving")
    assert [(row.name, list(row.cells)) for row in plot.rows] == [
        ("3 Feb", ["3", "0", "1", "0", "2"]),
        ("2 Feb", ["0", "0", "0", "0", "2"]),
    ]
    assert isinstance(plot.drawing, Area)
    assert plot.drawing.limit is not None


def test_nothing_is_drawn_of_an_empty_census() -> None:
    plot = census_plot(days({}, {}))
    assert (plot.finding, plot.drawing) == ("Today nobody.", None)


def test_weeks_of_episodes_are_folded_into_calendar_weeks() -> None:
    tuesday = FIRST + timedelta(days=1)
    weeks = [
        WeekHours(
            week_starts_on=start,
            episodes=episodes,
            met=met,
            required_minutes=540 * episodes,
            attended_minutes=540 * met,
        )
        for start, episodes, met in ((FIRST, 2, 1), (tuesday, 1, 1), (FIRST + timedelta(days=7), 1, 1))
    ]
    plot = weeks_plot(weeks, 60)
    assert (plot.title, plot.finding) == (
        "Hours met per week, last 60 days",
        "3 of 4 weeks that began in the last 60 days met their hours (75 %): 27 h attended of 36 h.",
    )
    assert [(row.name, list(row.cells)) for row in plot.rows] == [
        ("9 Feb", ["1", "0", "9 h", "9 h"]),
        ("2 Feb", ["2", "1", "18 h", "27 h"]),
    ]
    assert isinstance(plot.drawing, Columns)
    assert [column.top.text for column in plot.drawing.columns] == ["3", "1"]
    none = weeks_plot([], 60)
    assert (none.finding, none.drawing) == ("No week that began in the last 60 days is closed yet.", None)


def test_first_contacts_are_told_by_median_and_bands() -> None:
    bands = [
        FirstContactBand(from_hours=0, to_hours=4, referrals=3),
        FirstContactBand(from_hours=4, to_hours=24, referrals=0),
        FirstContactBand(from_hours=24, to_hours=None, referrals=1),
    ]
    plot = first_contact_plot(bands, 2.5, 1, 60)
    assert (plot.title, plot.finding) == (
        "Time to first contact, last 60 days",
        "Half of 4 first contacts in the last 60 days came within 2 h 30 min; today 1 referral waits for it.",
    )
    assert [(row.name, list(row.cells)) for row in plot.rows] == [
        ("to 4 h", ["3"]),
        ("to 1 d", ["0"]),
        ("over 1 d", ["1"]),
    ]
    none = first_contact_plot([bands[1]], None, 2, 60)
    assert none.drawing is None
    assert none.finding == "No first contact in the last 60 days; today 2 referrals wait for it."
    one = first_contact_plot([bands[2].model_copy(update={"referrals": 1})], 30, 0, 1)
    assert one.finding == "The only first contact in the last 1 day came within 1 d 6 h."
