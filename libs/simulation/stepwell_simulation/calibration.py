"""Calibration: what a run comes to, against what is published."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from stepwell_kernel.codes import DischargeReason
from stepwell_simulation import published
from stepwell_simulation.outcome import Outcome
from stepwell_simulation.samples import ClusteredShare, Median, Sample, Share

#: How surely a run of the published world stays within all intervals of the table: one in a hundred fails by chance.
CONFIDENCE = 0.99

#: Figures are published to a tenth of a percent, some to a whole one, medians to a day.
TENTH, WHOLE, HALF_DAY = 0.05, 0.5, 0.5

#: How far the median of the mixture lies from the published one of all discharges.
MIXTURE_OFF_DAYS = 1.5

Outcomes = Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure in percent or days, what it was rounded by, its source, and what a run says of it."""

    name: str
    unit: str
    published: float
    slack: float
    source: str
    sample: Callable[[Outcomes], Sample]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as published and here. `is_within` is None where the run is too small to say."""

    figure: str
    unit: str
    published: float
    here: float | None
    difference: float | None
    interval: tuple[float, float] | None
    size: int
    is_within: bool | None
    source: str


def marginals(outcomes: Outcomes) -> Mapping[str, Sample]:
    """What a run comes to, by the name of the figure."""
    return MappingProxyType({figure.name: figure.sample(outcomes) for figure in FIGURES})


def compare(found: Mapping[str, Sample]) -> tuple[Row, ...]:
    """Each figure as published and as found, within its interval or not.

    Intervals hold for the table as a whole, so each single one is wider (Bonferroni), and by what the published figure
    was rounded.
    """
    each = 1 - (1 - CONFIDENCE) / len(FIGURES)
    return tuple(_row(figure, found[figure.name], each) for figure in FIGURES)


def is_calibrated(rows: Iterable[Row]) -> bool:
    """Whether no figure lies outside its interval."""
    return all(row.is_within is not False for row in rows)


def _row(figure: Figure, sample: Sample, confidence: float) -> Row:
    estimate = sample.estimate(confidence)
    interval = None
    if estimate.interval is not None:
        low, high = estimate.interval
        interval = (low - figure.slack, high + figure.slack)
    return Row(
        figure=figure.name,
        unit=figure.unit,
        published=figure.published,
        here=estimate.value,
        difference=None if estimate.value is None else estimate.value - figure.published,
        interval=interval,
        size=estimate.size,
        is_within=None if interval is None else interval[0] <= figure.published <= interval[1],
        source=figure.source,
    )


def _reason(reason: DischargeReason) -> DischargeReason:
    """The reasons of TEDS-D 2004, whose "other" holds death and incarceration."""
    return DischargeReason.OTHER if reason in published.OTHER_ENDS else reason


def _name(reason: DischargeReason) -> str:
    return reason.name.lower().replace("_", " ")


def _stays(outcomes: Outcomes, reason: DischargeReason | None = None) -> list[int]:
    return [
        one.stay_days
        for one in outcomes
        if one.reason is not None and one.stay_days is not None and reason in {None, _reason(one.reason)}
    ]


def _of_reason(reason: DischargeReason) -> Callable[[Outcomes], Share]:
    return lambda outcomes: Share(len(_stays(outcomes, reason)), len(_stays(outcomes)))


def _median_of(reason: DischargeReason | None) -> Callable[[Outcomes], Median]:
    return lambda outcomes: Median(_stays(outcomes, reason))


def _retained(days: int) -> Callable[[Outcomes], Share]:
    def sample(outcomes: Outcomes) -> Share:
        stays = _stays(outcomes)
        return Share(sum(stay > days for stay in stays), len(stays))

    return sample


def _waited(first: int, last: int | None) -> Callable[[Outcomes], Share]:
    def sample(outcomes: Outcomes) -> Share:
        waits = [one.wait_days for one in outcomes if one.wait_days is not None]
        return Share(sum(first <= wait and (last is None or wait <= last) for wait in waits), len(waits))

    return sample


def _lost_before_assessment(outcomes: Outcomes) -> Share:
    settled = [one for one in outcomes if one.is_settled]
    return Share(sum(not one.was_assessed for one in settled), len(settled))


def _lost_before_enrollment(outcomes: Outcomes) -> Share:
    assessed = [one for one in outcomes if one.is_settled and one.was_assessed]
    return Share(sum(not one.was_admitted for one in assessed), len(assessed))


def _no_shows(outcomes: Outcomes) -> ClusteredShare:
    return ClusteredShare([(one.no_shows, one.sessions) for one in outcomes if one.sessions])


def _attended(outcomes: Outcomes) -> ClusteredShare:
    return ClusteredShare([(one.attended, one.sessions) for one in outcomes if one.sessions])


def _span(first: int, last: int | None) -> str:
    if first == last:
        return str(first)
    return f"{first} and more" if last is None else f"{first} to {last}"


def _percent(
    name: str, value: float, source: str, sample: Callable[[Outcomes], Sample], slack: float = TENTH
) -> Figure:
    return Figure(name, "%", value, slack, source, sample)


def _days(name: str, value: float, sample: Callable[[Outcomes], Sample], slack: float = HALF_DAY) -> Figure:
    return Figure(name, "d", value, slack, published.DISCHARGES_2004, sample)


#: Medians from request to assessment (6 d) and on to enrollment (8 d) are published too, but not for the same places:
#: by TEDS seven of ten do not wait at all.
FIGURES = (
    *(
        _percent(f"discharged: {_name(reason)}", stay.share, published.DISCHARGES_2004, _of_reason(reason))
        for reason, stay in published.STAYS.items()
    ),
    *(
        _days(f"median stay: {_name(reason)}", stay.median_days, _median_of(reason))
        for reason, stay in published.STAYS.items()
    ),
    _days("median stay: all", published.MEDIAN_STAY_DAYS, _median_of(None), HALF_DAY + MIXTURE_OFF_DAYS),
    *(
        _percent(f"in care after {days} days", share, f"{published.DISCHARGES_2004}, computed", _retained(days), WHOLE)
        for days, share in published.RETAINED.items()
    ),
    _percent("sessions attended", 100 - published.NOT_ATTENDED, published.TEXTS, _attended),
    _percent("sessions missed (no-show)", published.NO_SHOW, published.NO_SHOWS, _no_shows),
    *(
        _percent(f"waited {_span(first, last)} days", share, published.ADMISSIONS_2021, _waited(first, last))
        for (first, last), share in published.WAIT_DAYS.items()
    ),
    _percent(
        "lost before assessment", published.LOST_BEFORE_ASSESSMENT, published.FUNNEL, _lost_before_assessment, WHOLE
    ),
    _percent(
        "lost before enrollment", published.LOST_BEFORE_ENROLLMENT, published.FUNNEL, _lost_before_enrollment, WHOLE
    ),
)
