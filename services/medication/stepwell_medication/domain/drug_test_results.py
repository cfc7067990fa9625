"""What a drug test shows against what is expected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_kernel.medication_codes import DrugTestResult


@dataclass(frozen=True, slots=True)
class Expectation:
    """Analytes that must show, since a medicine is taken, and those that may still show from a known last use."""

    must_show: frozenset[str]
    may_show: frozenset[str]


def expectation(
    prescribed: Collection[str],
    formerly: Mapping[str, datetime],
    windows: Mapping[str, timedelta],
    collected_at: datetime,
) -> Expectation:
    """What is expected of a specimen; `formerly` is the last use by the patient's word or an ended order."""
    residual = {
        analyte
        for analyte, last_used_at in formerly.items()
        if analyte in windows and last_used_at <= collected_at <= last_used_at + windows[analyte]
    }
    return Expectation(frozenset(prescribed), frozenset(residual))


def judge(panel: Mapping[str, bool], expected: Expectation) -> DrugTestResult:
    """The result of a panel of analytes; an unexpected substance goes before a medicine that does not show.

    A prescribed analyte that was not in the panel says nothing.
    """
    positive = {analyte for analyte, shows in panel.items() if shows}
    if positive - expected.must_show - expected.may_show:
        return DrugTestResult.UNEXPECTED_POSITIVE
    if any(analyte in panel and not panel[analyte] for analyte in expected.must_show):
        return DrugTestResult.UNEXPECTED_NEGATIVE
    if positive - expected.must_show:
        return DrugTestResult.EXPECTED_RESIDUAL
    return DrugTestResult.EXPECTED_POSITIVE if positive else DrugTestResult.EXPECTED_NEGATIVE
