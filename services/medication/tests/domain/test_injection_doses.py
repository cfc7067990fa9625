"""What is injected, and where. Sources: the labels as the rows name them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.medication.tests.domain.injection_rows import RULES
from services.medication.tests.domain.test_injection_windows import FIRST_DAY, M, N, S, W, given, intended
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.medication_codes import BodySide, InjectionSite, Medicine
from stepwell_medication.domain.findings import Override, settle
from stepwell_medication.domain.injections import Injection, assess

#: Well inside the window of every medicine.
ON_TIME = {S: 28, W: 7, M: 28, N: 28}


def former(medicine: Medicine, number: int) -> tuple[Injection | None, date]:
    """The dose before number `number`, and the day of that one."""
    last = given(medicine, number=number - 1) if number > 1 else None
    return last, FIRST_DAY + timedelta(days=ON_TIME[medicine] if last else 0)


@pytest.mark.parametrize(
    ("medicine", "amount_mg", "number", "code"),
    [
        (S, "300", 1, None),
        (S, "100", 1, "strength_too_soon"),
        (S, "100", 2, None),
        (S, "200", 2, "strength_not_allowed"),
        (W, "8", 1, None),
        (W, "16", 1, None),
        (W, "24", 1, None),
        (W, "32", 1, None),
        (W, "64", 1, "strength_not_allowed"),
        (M, "64", 1, None),
        (M, "96", 1, None),
        (M, "128", 1, None),
        (M, "32", 1, "strength_not_allowed"),
        (M, "128.01", 1, "strength_not_allowed"),
        (N, "380", 1, None),
        (N, "379.99", 1, "strength_not_allowed"),
    ],
)
def test_a_medicine_comes_in_strengths(medicine: Medicine, amount_mg: str, number: int, code: str | None) -> None:
    last, today = former(medicine, number)
    asked = replace(intended(medicine, today), amount_mg=Decimal(amount_mg))
    codes = [finding.code for finding in assess(RULES[medicine], last, None, asked).findings]
    assert codes == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("medicine", "site", "number", "code"),
    [
        (S, "abdomen", 1, None),
        (S, "thigh", 1, None),
        (S, "buttock", 1, None),
        (S, "upper_arm", 1, None),
        (W, "abdomen", 1, None),
        (W, "upper_arm", 1, "site_too_soon"),
        (W, "upper_arm", 4, "site_too_soon"),
        (W, "upper_arm", 5, None),
        (M, "thigh", 1, None),
        (M, "upper_arm", 4, "site_too_soon"),
        (M, "upper_arm", 5, None),
        (N, "buttock", 1, None),
        (N, "upper_arm", 1, "site_not_allowed"),
        (N, "abdomen", 9, "site_not_allowed"),
    ],
)
def test_a_medicine_has_its_sites(medicine: Medicine, site: str, number: int, code: str | None) -> None:
    last, today = former(medicine, number)
    asked = replace(intended(medicine, today), site=InjectionSite(site))
    codes = [finding.code for finding in assess(RULES[medicine], last, None, asked).findings]
    assert codes == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("site", "side", "code"),
    [("buttock", "right", None), ("abdomen", "left", None), ("buttock", "left", "same_site")],
)
def test_sites_rotate(site: str, side: str, code: str | None) -> None:
    last, today = former(S, 4)
    asked = replace(intended(S, today), site=InjectionSite(site), side=BodySide(side))
    codes = [finding.code for finding in assess(RULES[S], last, None, asked).findings]
    assert codes == ([] if code is None else [code])


@pytest.mark.parametrize(("discussed", "code"), [(True, None), (False, "reversal_agent_not_discussed")])
def test_a_reversal_agent_is_discussed_at_every_injection_of_naltrexone(code: str | None, *, discussed: bool) -> None:
    asked = replace(intended(N, FIRST_DAY), reversal_agent_discussed=discussed)
    codes = [finding.code for finding in assess(RULES[N], None, None, asked).findings]
    assert codes == ([] if code is None else [code])
    silent = replace(intended(S, FIRST_DAY), reversal_agent_discussed=False)
    assert assess(RULES[S], None, None, silent).findings == ()


@pytest.mark.parametrize(("day", "code"), [(25, "other_depot_active"), (26, None), (40, None)])
def test_two_depots_do_not_work_at_once(day: int, code: str | None) -> None:
    """Monthly buprenorphine after Sublocade: from the day on which the next Sublocade could be given."""
    asked = intended(M, FIRST_DAY + timedelta(days=day))
    codes = [finding.code for finding in assess(RULES[M], None, given(S), asked).findings]
    assert codes == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("medicine", "amount_mg", "number", "code"),
    [
        (W, 16, 1, None),
        (W, 24, 1, "start_dose_not_allowed"),
        (S, 300, 1, None),
        (S, 100, 1, "start_dose_not_allowed"),
        (W, 16, 2, "start_not_possible"),
        (N, 380, 1, "start_not_possible"),
    ],
)
def test_a_new_start_begins_as_the_label_says(
    medicine: Medicine, amount_mg: int, number: int, code: str | None
) -> None:
    last, today = former(medicine, number)
    asked = replace(intended(medicine, today, amount_mg), new_start=True)
    if code == "start_not_possible":
        with pytest.raises(Invalid, match=code):
            assess(RULES[medicine], last, None, asked)
        return
    codes = [finding.code for finding in assess(RULES[medicine], last, None, asked).findings]
    assert codes == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("day", "rule_id", "role", "refusal"),
    [
        (21, None, "prescriber", "injection_early"),
        (21, "injection.early", "nurse", "injection_early"),
        (21, "injection.early", "prescriber", None),
        (20, "injection.earliest", "prescriber", "injection_too_early"),
        (30, "injection.early", "prescriber", "override_without_finding"),
        (40, None, "nurse", None),
    ],
    ids=["no override", "a nurse's", "a prescriber's", "of a hard stop", "of nothing", "late only warns"],
)
def test_an_early_injection_is_a_prescribers_decision(
    day: int, rule_id: str | None, role: str, refusal: str | None
) -> None:
    judged = assess(RULES[N], given(N), None, intended(N, FIRST_DAY + timedelta(days=day)))
    overrides = [Override(rule_id, "travels for two weeks")] if rule_id else []
    if refusal is None:
        assert len(settle(judged.findings, overrides, {role})) == len(overrides)
        return
    with pytest.raises(StepwellError) as refused:
        settle(judged.findings, overrides, {role})
    assert isinstance(refused.value, Conflict)
    assert refused.value.code == refusal
