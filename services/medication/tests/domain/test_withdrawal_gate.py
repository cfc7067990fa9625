"""The withdrawal gate of a buprenorphine start, as a table with its source."""

from datetime import UTC, datetime, timedelta

import pytest

from stepwell_kernel.errors import Invalid
from stepwell_kernel.medication_codes import LastOpioid, Medicine, Protocol, Severity
from stepwell_medication.domain.medicines import MedicineRule, check_terms, has_withdrawal_gate
from stepwell_medication.domain.withdrawal import Score, WithdrawalRule, check_score, withdrawal_finding

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SHORT_ACTING = WithdrawalRule("bup_start.withdrawal", "1", 11, 240)
FENTANYL = WithdrawalRule("bup_start.withdrawal", "1", 13, 240)
FILM = MedicineRule("medicine.x", "1", Medicine.BUPRENORPHINE_SL, "C-III", False, True, True)
DEPOT = MedicineRule("medicine.y", "1", Medicine.SUBLOCADE, "C-III", True, False, False)


@pytest.mark.parametrize(
    ("rule", "points", "minutes_ago", "code"),
    [
        (SHORT_ACTING, 12, 5, None),
        (SHORT_ACTING, 11, 5, None),
        (SHORT_ACTING, 10, 5, "withdrawal_score_below_limit"),
        (FENTANYL, 14, 5, None),
        (FENTANYL, 13, 5, None),
        (FENTANYL, 12, 5, "withdrawal_score_below_limit"),
        (SHORT_ACTING, 12, 240, None),
        (SHORT_ACTING, 12, 241, "withdrawal_score_stale"),
    ],
)
def test_a_start_needs_withdrawal(rule: WithdrawalRule, points: int, minutes_ago: int, code: str | None) -> None:
    """ASAM 2020: COWS 11 to 12 or more; after fentanyl protocols aim at 13. A prescriber may override with a reason."""
    found = withdrawal_finding(rule, Score(points, NOW - timedelta(minutes=minutes_ago)), NOW)
    assert (found.code if found else None) == code
    assert found is None or (found.severity, found.rule) == (Severity.STOP_OVERRIDE, "bup_start.withdrawal@1")


def test_a_start_without_a_score_is_found_by_name() -> None:
    found = withdrawal_finding(SHORT_ACTING, None, NOW)
    assert found is not None
    assert (found.code, found.path) == ("withdrawal_score_missing", "withdrawal")


@pytest.mark.parametrize(("minutes", "is_possible"), [(-1, True), (0, True), (1, False)])
def test_a_score_is_not_taken_in_the_future(minutes: int, *, is_possible: bool) -> None:
    score = Score(12, NOW + timedelta(minutes=minutes))
    if is_possible:
        check_score(score, NOW)
        return
    with pytest.raises(Invalid, match="score_in_the_future"):
        check_score(score, NOW)


@pytest.mark.parametrize(
    ("rule", "protocol", "last_opioid", "has_gate"),
    [
        (FILM, Protocol.STANDARD, LastOpioid.SHORT_ACTING, True),
        (FILM, Protocol.HIGH_DOSE, LastOpioid.METHADONE, True),
        (FILM, Protocol.LOW_DOSE, LastOpioid.FENTANYL, False),
        (FILM, Protocol.LOW_DOSE, None, False),
        (FILM, Protocol.STANDARD, LastOpioid.NONE, False),
        (FILM, Protocol.STANDARD, LastOpioid.BUPRENORPHINE, False),
        (DEPOT, Protocol.STANDARD, None, False),
    ],
)
def test_who_is_dependent_on_an_agonist_has_the_gate(
    rule: MedicineRule, protocol: Protocol, last_opioid: LastOpioid | None, *, has_gate: bool
) -> None:
    """Low-dose starts (J Addict Med 2022) apply no withdrawal score."""
    assert has_withdrawal_gate(rule, protocol, last_opioid) is has_gate


def test_a_start_by_mouth_names_the_last_opioid() -> None:
    with pytest.raises(Invalid, match="last_opioid_needed"):
        has_withdrawal_gate(FILM, Protocol.STANDARD, None)


def test_terms_that_a_medicine_cannot_have_are_all_told() -> None:
    check_terms(FILM, None, 28, Protocol.LOW_DOSE)
    with pytest.raises(Invalid) as refusal:
        check_terms(DEPOT, None, 7, Protocol.LOW_DOSE)
    assert [field.path for field in refusal.value.fields] == ["take_home_days", "protocol"]
