"""Elements of a consent: 42 CFR 2.31(a), 2.31(b), 2.35 and 2.14."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from stepwell_intake.domain.consent import Consent, ConsentForm, ConsentRule, Element, check_consent, check_revocable
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AgeBand
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.legal_codes import ConsentPurpose, InformationScope

TODAY = date(2026, 3, 2)
VERSION = RuleVersion("consent.42_cfr_2_31", 2)
SINGLE = frozenset({ConsentPurpose.TREATMENT_PAYMENT_OPERATIONS})
NOTES = InformationScope.COUNSELING_NOTES
RULE = ConsentRule(
    rule=VERSION,
    elements=(
        Element(1, "patient_named"),
        Element(2, "discloser"),
        Element(3, "information"),
        Element(3, "scope", frozenset(ConsentPurpose) - SINGLE - {ConsentPurpose.PAYMENT}),
        Element(4, "recipients"),
        Element(4, "intermediary", frozenset({ConsentPurpose.INTERMEDIARY})),
        Element(5, "purpose"),
        Element(6, "revocation_explained"),
        Element(7, "expires_on", frozenset(ConsentPurpose) - SINGLE),
        Element(8, "signed_by"),
        Element(9, "signed_on"),
        Element(10, "redisclosure_explained", SINGLE),
        Element(11, "refusal_consequences_explained", SINGLE),
    ),
    apart=MappingProxyType({ConsentPurpose.COUNSELING_NOTES: NOTES}),
    irrevocable_for=frozenset({ConsentPurpose.CRIMINAL_JUSTICE}),
    minor_signers=frozenset({"patient", "patient_and_guardian"}),
)
FORM = ConsentForm(
    purpose=ConsentPurpose.TREATMENT_PAYMENT_OPERATIONS,
    patient_named=True,
    discloser="North Center",
    information="treatment records",
    recipients=("treating providers",),
    revocation_explained=True,
    redisclosure_explained=True,
    refusal_consequences_explained=True,
    expires_on=None,
    signed_by="patient",
    signed_on=TODAY,
)
FAMILY = replace(
    FORM,
    purpose=ConsentPurpose.FAMILY,
    recipients=("Kim Example",),
    scope=(InformationScope.ATTENDANCE,),
    redisclosure_explained=False,
    refusal_consequences_explained=False,
    expires_on=date(2026, 9, 1),
)


def check_missing(form: ConsentForm, fields: set[str], age_band: AgeBand = AgeBand.ADULT) -> None:
    """The form is refused for exactly these fields; for none, it passes."""
    if not fields:
        check_consent(form, RULE, TODAY, age_band)
        return
    with pytest.raises(Invalid) as refusal:
        check_consent(form, RULE, TODAY, age_band)
    assert refusal.value.code == "consent_incomplete"
    assert {one.path for one in refusal.value.fields} == fields
    assert {one.rule for one in refusal.value.fields} == {"consent.42_cfr_2_31/2"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"patient_named": False}, {"patient_named"}),
        ({"discloser": "  "}, {"discloser"}),
        ({"information": ""}, {"information"}),
        ({"recipients": ()}, {"recipients"}),
        ({"recipients": ("treating providers", " ")}, {"recipients"}),
        ({"revocation_explained": False}, {"revocation_explained"}),
        ({"expires_on": None}, set()),
        ({"signed_by": None}, {"signed_by"}),
        ({"signed_on": None}, {"signed_on"}),
        ({"redisclosure_explained": False}, {"redisclosure_explained"}),
        ({"refusal_consequences_explained": False}, {"refusal_consequences_explained"}),
        ({"discloser": "", "signed_by": None}, {"discloser", "signed_by"}),
    ],
)
def test_the_single_form_needs_every_element(change: dict[str, Any], fields: set[str]) -> None:
    """42 CFR 2.31(a)(1) to (a)(9), and (a)(10), (a)(11) of the single form alone."""
    check_missing(replace(FORM, **change), fields)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"scope": ()}, {"scope"}),
        ({"expires_on": None}, {"expires_on"}),
        ({"expires_on": date(2026, 3, 3)}, set()),
        ({"expires_on": TODAY}, {"expires_on"}),
        ({"signed_on": date(2026, 3, 3)}, {"signed_on"}),
        ({"signed_on": date(2026, 2, 1), "expires_on": TODAY}, {"expires_on"}),
        ({"purpose": ConsentPurpose.INTERMEDIARY}, {"intermediary"}),
        ({"purpose": ConsentPurpose.INTERMEDIARY, "intermediary": "State Exchange"}, set()),
        ({"purpose": ConsentPurpose.RESEARCH}, set()),
        ({"purpose": ConsentPurpose.PAYMENT, "scope": ()}, set()),
        ({"scope": (InformationScope.ATTENDANCE, NOTES)}, {"scope"}),
        ({"purpose": ConsentPurpose.COUNSELING_NOTES, "scope": (NOTES,)}, set()),
        ({"purpose": ConsentPurpose.COUNSELING_NOTES}, {"scope"}),
        ({"purpose": ConsentPurpose.COUNSELING_NOTES, "scope": (NOTES, InformationScope.PROGRESS)}, {"scope"}),
    ],
)
def test_other_purposes_state_scope_and_end_and_are_never_merged(change: dict[str, Any], fields: set[str]) -> None:
    """42 CFR 2.31(a)(3), (a)(4), (a)(7) and (b): notes of counseling need a consent of their own."""
    check_missing(replace(FAMILY, **change), fields)


@pytest.mark.parametrize(
    ("purpose", "until", "fields"),
    [
        (ConsentPurpose.CRIMINAL_JUSTICE, date(2026, 8, 31), set()),
        (ConsentPurpose.CRIMINAL_JUSTICE, date(2026, 9, 1), set()),
        (ConsentPurpose.CRIMINAL_JUSTICE, date(2026, 9, 2), {"irrevocable_until"}),
        (ConsentPurpose.EMPLOYER, date(2026, 8, 31), {"irrevocable_until"}),
    ],
)
def test_only_the_courts_can_be_promised_a_consent(purpose: ConsentPurpose, until: date, fields: set[str]) -> None:
    """42 CFR 2.35."""
    check_missing(replace(FAMILY, purpose=purpose, irrevocable_until=until), fields)


@pytest.mark.parametrize(
    ("signed_by", "age_band", "fields"),
    [
        ("patient", AgeBand.ADOLESCENT, set()),
        ("patient_and_guardian", AgeBand.ADOLESCENT, set()),
        ("authorized_person", AgeBand.ADOLESCENT, {"signed_by"}),
        ("authorized_person", AgeBand.ADULT, set()),
    ],
)
def test_a_minor_signs_too(signed_by: str, age_band: AgeBand, fields: set[str]) -> None:
    """42 CFR 2.14(b) and (c)."""
    check_missing(replace(FORM, signed_by=signed_by), fields, age_band)


@pytest.mark.parametrize(
    ("until", "refused"), [(None, False), (date(2026, 3, 1), False), (TODAY, False), (date(2026, 3, 3), True)]
)
def test_a_promised_consent_binds_until_its_day(until: date | None, *, refused: bool) -> None:
    """42 CFR 2.35(d)."""
    if not refused:
        check_revocable(until, TODAY)
        return
    with pytest.raises(Conflict, match="consent_irrevocable"):
        check_revocable(until, TODAY)


@pytest.mark.parametrize(
    ("expires_on", "revoked", "stands"),
    [
        (None, False, True),
        (date(2026, 3, 3), False, True),
        (TODAY, False, False),
        (date(2026, 3, 1), False, False),
        (None, True, False),
    ],
)
def test_what_is_revoked_or_expired_does_not_stand(expires_on: date | None, *, revoked: bool, stands: bool) -> None:
    """42 CFR 2.31(c)."""
    consent = Consent(new_id(), FAMILY.purpose, frozenset(), frozenset(), expires_on, revoked, VERSION)
    assert consent.stands(TODAY) is stands
