"""What a drug test shows against what is expected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from stepwell_kernel.medication_codes import DrugTestResult


@dataclass(frozen=True, slots=True)
class Expectation:
    """Analytes that must show, since a medicine is taken, and those that may still show from a known use before."""

    must_show: frozenset[str]
    may_show: frozenset[str]


def expectation(prescribed: Collection[str], may_show: Mapping[str, datetime], collected_at: datetime) -> Expectation:
    """What is expected of a specimen; `may_show` tells until when, by the patient's word or by orders."""
    residual = {analyte for analyte, until in may_show.items() if collected_at <= until}
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
