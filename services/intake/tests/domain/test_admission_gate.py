"""The admission gate to level 2.1: assessment, safety, consent, C-SSRS, authorization, hours; default of the house."""

from dataclasses import replace
from typing import Any

import pytest

from stepwell_intake.domain.admission import AdmissionCase, GateItem, GateRule, check_gate, gate_items
from stepwell_intake.domain.hours import HoursRule
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AuthorizationState, LevelOfCare, PayerKind, Urgency
from stepwell_kernel.errors import Conflict

INTENSIVE = LevelOfCare.INTENSIVE_OUTPATIENT
RULE = GateRule(
    rule=RuleVersion("admission_gate.2.1", 2),
    level=INTENSIVE,
    items=tuple(GateItem),
    credentials=frozenset({"lpc"}),
    ambulatory_rating_most=2,
    payers_without_authorization=frozenset({PayerKind.SELF_PAY}),
    urgencies_without_authorization=frozenset({Urgency.EMERGENT}),
    override_reasons=frozenset({"payer_is_late"}),
)
CASE = AdmissionCase(
    decided=INTENSIVE,
    assessor_credentials=frozenset({"lpc"}),
    consent_in_force=True,
    program_level=INTENSIVE,
    prescribed_minutes_per_week=540,
    hours=HoursRule(RuleVersion("weekly_hours.2.1", 1), INTENSIVE, 540, 1199),
    ambulatory_ratings=(1, 2, 2),
    suicide_screened=True,
    payer=PayerKind.MEDICAID,
    authorization=AuthorizationState.APPROVED,
)
PENDED, DENIED = AuthorizationState.PENDED, AuthorizationState.DENIED


@pytest.mark.parametrize(
    ("change", "open_items"),
    [
        ({}, {}),
        ({"decided": None}, {"assessment": ["assessment"]}),
        ({"decided": LevelOfCare.OUTPATIENT}, {"assessment": ["assessment"]}),
        ({"assessor_credentials": frozenset({"peer"})}, {"assessor": ["assessor"]}),
        ({"consent_in_force": False}, {"consent": ["consent"]}),
        ({"program_level": LevelOfCare.OUTPATIENT}, {"program": ["program_id"]}),
        ({"prescribed_minutes_per_week": 539}, {"hours": ["prescribed_minutes_per_week"]}),
        ({"prescribed_minutes_per_week": 1199}, {}),
        ({"prescribed_minutes_per_week": 1200}, {"hours": ["prescribed_minutes_per_week"]}),
        ({"ambulatory_ratings": (2, 2, 2)}, {}),
        ({"ambulatory_ratings": (3, 2, 4)}, {"ambulatory": ["ratings.dimension_1", "ratings.dimension_3"]}),
        ({"suicide_screened": False}, {"suicide_screen": ["screens.c_ssrs"]}),
        ({"authorization": None}, {"authorization": ["authorization"]}),
        ({"authorization": None, "payer": None}, {"authorization": ["authorization"]}),
        ({"authorization": None, "payer": PayerKind.SELF_PAY}, {}),
        ({"authorization": None, "urgency": Urgency.EMERGENT}, {}),
        ({"authorization": None, "urgency": Urgency.URGENT}, {"authorization": ["authorization"]}),
        ({"authorization": DENIED}, {"authorization": ["authorization"]}),
        ({"authorization": DENIED, "authorization_reason_code": "payer_is_late"}, {"authorization": ["authorization"]}),
        ({"authorization": PENDED}, {"authorization": ["authorization_reason_code"]}),
        (
            {"authorization": PENDED, "authorization_reason_code": "other"},
            {"authorization": ["authorization_reason_code"]},
        ),
        ({"authorization": PENDED, "authorization_reason_code": "payer_is_late"}, {}),
        (
            {"consent_in_force": False, "suicide_screened": False},
            {"consent": ["consent"], "suicide_screen": ["screens.c_ssrs"]},
        ),
    ],
)
def test_the_gate_says_what_is_missing(change: dict[str, Any], open_items: dict[str, list[str]]) -> None:
    case = replace(CASE, **change)
    items = gate_items(case, RULE)
    assert [item for item, _ in items] == list(GateItem)
    assert {item.value: [one.path for one in missing] for item, missing in items if missing} == open_items
    if not open_items:
        check_gate(case, RULE)
        return
    with pytest.raises(Conflict) as refusal:
        check_gate(case, RULE)
    paths = [one.path for one in refusal.value.fields]
    assert (refusal.value.code, refusal.value.rule) == ("admission_gate_incomplete", "admission_gate.2.1/2")
    assert sorted(paths) == sorted(path for missing in open_items.values() for path in missing)


def test_the_first_version_asked_for_less() -> None:
    """Version 1, until 2026: neither screen nor authorization."""
    items = (GateItem.ASSESSMENT, GateItem.ASSESSOR, GateItem.CONSENT, GateItem.PROGRAM, GateItem.HOURS)
    first = GateRule(RuleVersion("admission_gate.2.1", 1), INTENSIVE, items, frozenset({"lpc"}))
    check_gate(replace(CASE, suicide_screened=False, authorization=None, ambulatory_ratings=(4, 4, 4)), first)
