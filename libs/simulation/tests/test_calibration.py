"""The comparison with what is published: what counts as within, and the command's answers."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, exp
from statistics import NormalDist

import pytest

from stepwell_kernel.codes import DischargeReason
from stepwell_simulation import calibrate, mix, published
from stepwell_simulation.calibration import Row, compare, is_calibrated, marginals
from stepwell_simulation.outcome import Outcome
from stepwell_simulation.samples import Share

OF_A_HUNDRED = 100
SESSIONS = 1_000


def cohort(*, stretched: float = 1.0, comes: float = 100 - published.NOT_ATTENDED, lost: int = 45) -> list[Outcome]:
    """Outcomes that are spread as published, as far as whole patients, sessions and days can be."""
    stays = [
        (reason, ceil(stretched * exp(stay.mu + stay.sigma * NormalDist().inv_cdf((number + 0.5) / discharged))))
        for reason, stay in published.STAYS.items()
        for discharged in [round(stay.share * 10)]
        for number in range(discharged)
    ]
    admitted = [
        Outcome(
            number=number,
            is_settled=True,
            was_assessed=True,
            was_admitted=True,
            wait_days=wait(number % OF_A_HUNDRED),
            reason=reason,
            stay_days=days,
            sessions=SESSIONS,
            attended=round(comes * SESSIONS / OF_A_HUNDRED),
            no_shows=round(published.NO_SHOW * SESSIONS / OF_A_HUNDRED),
        )
        for number, (reason, days) in enumerate(stays)
    ]
    assessed = round(len(admitted) / (1 - published.LOST_BEFORE_ENROLLMENT / OF_A_HUNDRED))
    turned_away = [replace(away(number), was_assessed=True) for number in range(assessed - len(admitted))]
    return [*admitted, *turned_away, *(away(number) for number in range(round(assessed * lost / (100 - lost))))]


def away(number: int) -> Outcome:
    return Outcome(
        number=number,
        is_settled=True,
        was_assessed=False,
        was_admitted=False,
        wait_days=None,
        reason=None,
        stay_days=None,
        sessions=0,
        attended=0,
        no_shows=0,
    )


def wait(percentile: int) -> int:
    for limit, days in ((71, 0), (89, 3), (94, 10), (98, 20)):
        if percentile < limit:
            return days
    return 40


def outside(outcomes: Sequence[Outcome]) -> set[str]:
    return {row.figure for row in compare(marginals(outcomes)) if row.is_within is False}


def row(figure: str, outcomes: Sequence[Outcome]) -> Row:
    return next(one for one in compare(marginals(outcomes)) if one.figure == figure)


def test_a_cohort_like_the_published_one_is_within() -> None:
    rows = compare(marginals(cohort()))
    assert all(one.is_within for one in rows), outside(cohort())
    assert is_calibrated(rows)


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (cohort(stretched=1.4), "median stay: completed"),
        (cohort(comes=70), "sessions attended"),
        (cohort(lost=60), "lost before assessment"),
    ],
)
def test_what_differs_is_named(found: list[Outcome], named: str) -> None:
    assert named in outside(found)
    assert not is_calibrated(compare(marginals(found)))


def test_other_ends_count_as_one_reason() -> None:
    ends = [replace(one, reason=DischargeReason.DEATH) for one in cohort() if one.reason is DischargeReason.OTHER]
    stayed = [one for one in cohort() if one.reason is not DischargeReason.OTHER]
    assert row("discharged: other", [*stayed, *ends]).here == pytest.approx(7.2, abs=0.1)


def test_who_is_on_the_way_into_care_is_not_lost() -> None:
    on_the_way = [replace(away(number), is_settled=False) for number in range(5_000)]
    assert row("lost before assessment", [*cohort(), *on_the_way]).here == pytest.approx(45, abs=0.1)


def test_a_run_that_is_too_small_says_nothing() -> None:
    rows = compare(marginals(cohort()[:1]))
    assert next(one for one in rows if one.figure == "median stay: completed").is_within is None
    assert all(one.is_within is None for one in compare(marginals([])))


def test_the_interval_is_the_binomial_one_widened_by_rounding() -> None:
    found = row("discharged: completed", cohort())
    interval = Share(377, 1_000).estimate(1 - 0.01 / len(compare(marginals([])))).interval
    assert interval is not None
    assert found.interval == pytest.approx((interval[0] - 0.05, interval[1] + 0.05))


def test_the_command_prints_the_table_and_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert calibrate.main(["--patients", "300", "--seed", "1"]) == 0
    shown = capsys.readouterr().out
    assert "median stay: completed" in shown
    assert "patient-days in" in shown
    assert "outside" not in shown


def test_the_command_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert calibrate.main(["--patients", "60", "--seed", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["patients"] == 60
    assert told["patient_days"] > 500
    assert {one["figure"] for one in told["figures"]} == {one.figure for one in compare(marginals([]))}


def test_the_command_fails_when_a_figure_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mix, "NEVER_IN_CARE", 0.1)
    assert calibrate.main(["--patients", "60"]) == 1


@pytest.mark.parametrize("asked", [["--patients", "0"], ["--patients", "few"], ["--days", "3"]])
def test_wrong_usage_is_told_as_such(asked: list[str]) -> None:
    command = [sys.executable, "-m", "stepwell_simulation.calibrate", *asked]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
