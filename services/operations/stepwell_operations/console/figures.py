"""The plots of the network: what each shows, in one sentence, as a drawing, and as a table of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from stepwell_contracts.http.operations_network import CensusDay, Figures, FirstContactBand, WeekHours
from stepwell_kernel.codes import Phase
from stepwell_operations.console.plots import Area, Columns, Series, area, columns
from stepwell_operations.domain.weeks import week_start
from stepwell_operations.words import counted, hours, in_the_last, span

#: The phases that are told apart in a census, from the ground up: the treated first, who are held against the places.
BANDS: tuple[tuple[str, str, tuple[Phase, ...]], ...] = (
    ("treatment", "treatment", (Phase.TREATMENT,)),
    ("step_down", "step-down", (Phase.STEP_DOWN,)),
    ("on_hold", "on hold", (Phase.ON_HOLD,)),
    ("aftercare", "aftercare", (Phase.AFTERCARE,)),
    ("arriving", "arriving", (Phase.REFERRAL, Phase.SCREENING, Phase.WAITLISTED, Phase.ADMISSION)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a place of a plot, as a row of its table."""

    name: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot; `key` begins the ids of its elements, `finding` says it in a sentence, `drawing` is None without data."""

    key: str
    title: str
    finding: str
    drawing: Area | Columns | None
    heads: Sequence[str]
    rows: Sequence[Row]


def plots(figures: Figures) -> Sequence[Plot]:
    """All plots of the figures."""
    days = len(figures.census)
    return (
        census_plot(figures.census),
        weeks_plot(figures.weeks, days),
        first_contact_plot(figures.first_contact, figures.first_contact_median_hours, figures.not_reached, days),
    )


def census_plot(days: Sequence[CensusDay], places: int = 0) -> Plot:
    """Patients by where they stand, at the end of each day, against places where there are any."""
    labels = [_day(one.day) for one in days]
    series = [
        Series(code, name, [sum(one.phases.get(phase, 0) for phase in phases) for one in days])
        for code, name, phases in BANDS
    ]
    parts = [f"{one.values[-1]} {_standing(one)}" for one in series if one.values and one.values[-1]]
    anybody = any(any(one.values) for one in series)
    return Plot(
        "census",
        _title("Census", len(days)),
        f"Today {', '.join(parts) or 'nobody'}.",
        area(labels, series, (places, "places")) if anybody else None,
        ("Day", *(one.name.capitalize() for one in series)),
        [Row(label, [str(one.values[number]) for one in series]) for number, label in enumerate(labels)][::-1],
    )


def weeks_plot(weeks: Sequence[WeekHours], days: int) -> Plot:
    """Closed weeks of care that met their hours and that did not, by the calendar week in which they began.

    `days` is how many they are of, today the last.
    """
    folded = [
        _folded(monday, list(those)) for monday, those in groupby(weeks, lambda one: week_start(one.week_starts_on))
    ]
    labels = [_day(one.week_starts_on) for one in folded]
    met = Series("met", "met", [one.met for one in folded])
    short = Series("short", "short", [one.episodes - one.met for one in folded])
    total = _folded(date.min, weeks)
    share = f" ({100 * total.met / total.episodes:.0f} %)" if total.episodes else ""
    return Plot(
        "weeks",
        _title("Hours met per week", days),
        f"{total.met} of {total.episodes} weeks that began {in_the_last(days)} met their hours{share}: "
        f"{hours(total.attended_minutes)} attended of {hours(total.required_minutes)}."
        if total.episodes
        else f"No week that began {in_the_last(days)} is closed yet.",
        columns(labels, [met, short]) if folded else None,
        ("Week of", "Met", "Short", "Attended", "Required"),
        [
            Row(
                label,
                [str(one.met), str(one.episodes - one.met), hours(one.attended_minutes), hours(one.required_minutes)],
            )
            for label, one in zip(labels, folded, strict=True)
        ][::-1],
    )


def first_contact_plot(
    bands: Sequence[FirstContactBand], median_hours: float | None, not_reached: int, days: int
) -> Plot:
    """Referrals of which the person was reached in so many days, today the last, by how long it had taken."""
    labels = [_band(one) for one in bands]
    referrals = [one.referrals for one in bands]
    waiting = f"; today {counted(not_reached, 'referral waits', 'referrals wait')} for it" if not_reached else ""
    reached = sum(referrals)
    return Plot(
        "first-contact",
        _title("Time to first contact", days),
        f"No first contact {in_the_last(days)}{waiting}."
        if median_hours is None
        else f"{_half(reached)} {in_the_last(days)} came within {span(timedelta(hours=median_hours))}{waiting}.",
        columns(labels, [Series("reached", "reached", referrals)]) if reached else None,
        ("Reached", "Referrals"),
        [Row(label, [str(count)]) for label, count in zip(labels, referrals, strict=True)],
    )


def _title(what: str, days: int) -> str:
    return f"{what}, last {counted(days, 'day')}"


def _half(reached: int) -> str:
    return "The only first contact" if reached == 1 else f"Half of {reached} first contacts"


def _folded(starts_on: date, weeks: Sequence[WeekHours]) -> WeekHours:
    """Weeks as one."""
    return WeekHours(
        week_starts_on=starts_on,
        episodes=sum(one.episodes for one in weeks),
        met=sum(one.met for one in weeks),
        required_minutes=sum(one.required_minutes for one in weeks),
        attended_minutes=sum(one.attended_minutes for one in weeks),
    )


def _standing(one: Series) -> str:
    return one.name if one.code in {"on_hold", "arriving"} else f"in {one.name}"


def _band(one: FirstContactBand) -> str:
    if one.to_hours is None:
        return f"over {span(timedelta(hours=one.from_hours))}"
    return f"to {span(timedelta(hours=one.to_hours))}"


def _day(when: date) -> str:
    return f"{when.day} {when:%b}"
