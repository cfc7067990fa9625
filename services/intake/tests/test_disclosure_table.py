"""The access decision table, row by row, against the rows in force: 42 CFR part 2, subparts B to E."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from stepwell_intake.domain.consent import Consent
from stepwell_intake.domain.disclosure import DisclosureRequest, decide_disclosure
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.legal_rules import disclosure_rules
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.legal_codes import ConsentPurpose, Evidence, InformationScope, Requester, RequestPurpose
from stepwell_testing.plugin import OpenEdge

TODAY = date(2026, 3, 2)
KIM = "Kim Example"
PROGRESS = frozenset({InformationScope.PROGRESS})
NOTES = frozenset({InformationScope.COUNSELING_NOTES})


def consent(purpose: ConsentPurpose, scope: frozenset[InformationScope] = PROGRESS) -> Consent:
    """A consent in force until September that names Kim."""
    version = RuleVersion("consent.42_cfr_2_31", 2)
    return Consent(new_id(), purpose, scope, frozenset({KIM}), date(2026, 9, 1), False, version)


SINGLE = replace(consent(ConsentPurpose.TREATMENT_PAYMENT_OPERATIONS, frozenset()), recipients=frozenset({"providers"}))
REVOKED = replace(SINGLE, is_revoked=True)
EXPIRES_TODAY = replace(SINGLE, expires_on=TODAY)
EXPIRES_TOMORROW = replace(SINGLE, expires_on=date(2026, 3, 3))

R, P, C = Requester, RequestPurpose, ConsentPurpose
ORDER, SUBPOENA = Evidence.COURT_ORDER, Evidence.SUBPOENA
IMPOSSIBLE, AGREEMENT = Evidence.CONSENT_IMPOSSIBLE, Evidence.SERVICE_AGREEMENT
ATTACH = "attach_notice_and_consent"
SILENT = "neither_confirm_nor_deny"

#: Requester, purpose, consents, evidence; ground (None: denied) and instruction.
Row = tuple[Requester, RequestPurpose, Sequence[Consent], frozenset[Evidence], str | None, str | None]

TABLE: Sequence[Row] = (
    (R.PROGRAM_STAFF, P.TREATMENT, (), frozenset(), "program_staff", None),
    (R.PROGRAM_STAFF, P.TREATMENT, (REVOKED,), frozenset(), "program_staff", None),
    (R.SAME_ORGANISATION, P.TREATMENT, (), frozenset(), None, "ask_for_consent"),
    (R.SAME_ORGANISATION, P.TREATMENT, (SINGLE,), frozenset(), "consent", ATTACH),
    (R.SAME_ORGANISATION, P.EMERGENCY, (), frozenset({IMPOSSIBLE}), "medical_emergency", "only_what_is_needed"),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (SINGLE,), frozenset(), "consent", ATTACH),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (EXPIRES_TOMORROW,), frozenset(), "consent", ATTACH),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (EXPIRES_TODAY,), frozenset(), None, "ask_for_consent"),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (REVOKED,), frozenset(), None, "ask_for_consent"),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (), frozenset(), None, "ask_for_consent"),
    (R.EXTERNAL_PROVIDER, P.TREATMENT, (consent(C.AT_PATIENT_REQUEST),), frozenset(), "consent", ATTACH),
    (R.EXTERNAL_PROVIDER, P.EMPLOYMENT, (SINGLE,), frozenset(), None, SILENT),
    (R.EMERGENCY_PROVIDER, P.EMERGENCY, (), frozenset({IMPOSSIBLE}), "medical_emergency", "only_what_is_needed"),
    (
        R.EMERGENCY_PROVIDER,
        P.EMERGENCY,
        (REVOKED,),
        frozenset({IMPOSSIBLE}),
        "medical_emergency",
        "only_what_is_needed",
    ),
    (R.EMERGENCY_PROVIDER, P.EMERGENCY, (SINGLE,), frozenset({IMPOSSIBLE}), "consent", ATTACH),
    (R.EMERGENCY_PROVIDER, P.EMERGENCY, (), frozenset(), None, "ask_for_consent"),
    (R.PAYER, P.PAYMENT, (SINGLE,), frozenset(), "consent", "minimum_necessary"),
    (R.PAYER, P.PAYMENT, (consent(C.PAYMENT, frozenset()),), frozenset(), "consent", "minimum_necessary"),
    (R.PAYER, P.PAYMENT, (), frozenset(), None, "hold_claim"),
    (R.PAYER, P.PAYMENT, (REVOKED,), frozenset(), None, "hold_claim"),
    (R.PAYER, P.EMPLOYMENT, (SINGLE,), frozenset(), None, SILENT),
    (R.FAMILY, P.FAMILY_INVOLVEMENT, (consent(C.FAMILY),), frozenset(), "consent", "scope_only"),
    (R.FAMILY, P.FAMILY_INVOLVEMENT, (SINGLE,), frozenset(), None, "may_listen_not_confirm"),
    (R.FAMILY, P.FAMILY_INVOLVEMENT, (), frozenset(), None, "may_listen_not_confirm"),
    (R.EMPLOYER, P.EMPLOYMENT, (consent(C.EMPLOYER),), frozenset(), "consent", "scope_only"),
    (R.EMPLOYER, P.EMPLOYMENT, (consent(C.CRIMINAL_JUSTICE),), frozenset(), None, SILENT),
    (R.COURT_OFFICER, P.CRIMINAL_JUSTICE, (consent(C.CRIMINAL_JUSTICE),), frozenset(), "consent", "scope_only"),
    (R.COURT_OFFICER, P.CRIMINAL_JUSTICE, (consent(C.EMPLOYER),), frozenset(), None, SILENT),
    (R.LAW_ENFORCEMENT, P.CRIMINAL_JUSTICE, (), frozenset(), None, SILENT),
    (R.LAW_ENFORCEMENT, P.CRIMINAL_JUSTICE, (SINGLE,), frozenset(), None, SILENT),
    (R.LAW_ENFORCEMENT, P.LEGAL_PROCEEDING, (), frozenset({SUBPOENA}), None, "refer_to_legal"),
    (R.LAW_ENFORCEMENT, P.LEGAL_PROCEEDING, (), frozenset({ORDER}), None, "refer_to_legal"),
    (R.LAW_ENFORCEMENT, P.LEGAL_PROCEEDING, (), frozenset({ORDER, SUBPOENA}), "court_order", "only_what_is_ordered"),
    (R.LITIGANT, P.LEGAL_PROCEEDING, (SINGLE,), frozenset(), None, "refer_to_legal"),
    (R.LITIGANT, P.LEGAL_PROCEEDING, (consent(C.LEGAL_PROCEEDINGS),), frozenset(), "consent", ATTACH),
    (R.SERVICE_ORGANISATION, P.OPERATIONS, (), frozenset({AGREEMENT}), "service_agreement", "only_what_is_needed"),
    (R.SERVICE_ORGANISATION, P.OPERATIONS, (SINGLE,), frozenset(), None, "agreement_needed"),
    (R.AUDITOR, P.AUDIT, (), frozenset({Evidence.AUDIT_AGREEMENT}), "audit", "only_what_is_needed"),
    (R.AUDITOR, P.AUDIT, (), frozenset({AGREEMENT}), None, "agreement_needed"),
    (R.RESEARCHER, P.RESEARCH, (consent(C.RESEARCH),), frozenset(), "consent", "scope_only"),
    (R.RESEARCHER, P.RESEARCH, (), frozenset({Evidence.RESEARCH_APPROVAL}), "research", "limited_data_only"),
    (R.RESEARCHER, P.RESEARCH, (SINGLE,), frozenset(), None, "approval_needed"),
    (R.INTERMEDIARY, P.TREATMENT, (consent(C.INTERMEDIARY),), frozenset(), "consent", "scope_only"),
    (R.INTERMEDIARY, P.TREATMENT, (SINGLE,), frozenset(), None, "filter_out_part2_records"),
    (R.PATIENT, P.PATIENT_ACCESS, (), frozenset(), "patient_access", None),
    (R.PATIENT, P.PATIENT_ACCESS, (REVOKED,), frozenset(), "patient_access", None),
    (R.LITIGANT, P.OPERATIONS, (SINGLE,), frozenset({AGREEMENT}), None, SILENT),
)


async def test_every_row_of_the_table(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rules = await disclosure_rules(tx, TODAY)
    found = []
    for requester, purpose, consents, evidence, _, _ in TABLE:
        request = DisclosureRequest(requester, purpose, PROGRESS, KIM, evidence)
        decision = decide_disclosure(request, consents, rules, TODAY)
        ground = decision.ground.value if decision.allowed else None
        found.append((requester, purpose, consents, evidence, ground, decision.instruction))
    assert found == list(TABLE)


async def test_what_is_disclosed_under_a_consent_carries_the_notice_and_names_the_consent(open_edge: OpenEdge) -> None:
    """42 CFR 2.32."""
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rules = await disclosure_rules(tx, TODAY)
    for requester, purpose, consents, evidence, ground, _ in TABLE:
        request = DisclosureRequest(requester, purpose, PROGRESS, KIM, evidence)
        decision = decide_disclosure(request, consents, rules, TODAY)
        under = consents[0] if ground == "consent" else None
        assert decision.consent == under
        assert decision.notice == ("42_cfr_2_32" if under else None)


async def test_scope_and_name_bind_and_counseling_notes_stand_apart(open_edge: OpenEdge) -> None:
    """42 CFR 2.31(a)(3), (a)(4) and (b)."""
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rules = await disclosure_rules(tx, TODAY)
    family, notes = consent(C.FAMILY), consent(C.COUNSELING_NOTES, NOTES)
    more = frozenset({InformationScope.PROGRESS, InformationScope.DIAGNOSIS})
    rows = (
        (R.FAMILY, P.FAMILY_INVOLVEMENT, PROGRESS, " KIM  example", family, "consent", "scope_only"),
        (R.FAMILY, P.FAMILY_INVOLVEMENT, PROGRESS, "Lee Example", family, "no_ground", "may_listen_not_confirm"),
        (R.FAMILY, P.FAMILY_INVOLVEMENT, more, KIM, family, "no_ground", "may_listen_not_confirm"),
        (R.EXTERNAL_PROVIDER, P.TREATMENT, more, "any clinic", SINGLE, "consent", ATTACH),
        (R.EXTERNAL_PROVIDER, P.TREATMENT, PROGRESS | NOTES, KIM, SINGLE, "no_ground", "separate_consent_needed"),
        (R.EXTERNAL_PROVIDER, P.TREATMENT, NOTES, KIM, notes, "consent", ATTACH),
        (R.EXTERNAL_PROVIDER, P.TREATMENT, NOTES, "any clinic", notes, "no_ground", "separate_consent_needed"),
        (R.EMERGENCY_PROVIDER, P.EMERGENCY, NOTES, KIM, SINGLE, "no_ground", "separate_consent_needed"),
        (R.PROGRAM_STAFF, P.TREATMENT, NOTES, KIM, SINGLE, "program_staff", None),
    )
    for requester, purpose, scope, name, given, ground, instruction in rows:
        decision = decide_disclosure(DisclosureRequest(requester, purpose, scope, name), (given,), rules, TODAY)
        assert (decision.ground, decision.instruction) == (ground, instruction), (requester, scope, name)


async def test_who_looks_at_a_decision_afterwards(open_edge: OpenEdge) -> None:
    """An emergency goes to the privacy officer, a denied claim to the payer's desk, legal papers to a supervisor."""
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rules = await disclosure_rules(tx, TODAY)
    rows: Sequence[tuple[Requester, RequestPurpose, Sequence[Consent], frozenset[Evidence], Role | None]] = (
        (R.EMERGENCY_PROVIDER, P.EMERGENCY, (), frozenset({IMPOSSIBLE}), Role.SUPERVISOR),
        (R.EMERGENCY_PROVIDER, P.EMERGENCY, (SINGLE,), frozenset({IMPOSSIBLE}), None),
        (R.PAYER, P.PAYMENT, (), frozenset(), Role.UTILIZATION_REVIEWER),
        (R.PAYER, P.PAYMENT, (SINGLE,), frozenset(), None),
        (R.LITIGANT, P.LEGAL_PROCEEDING, (), frozenset({SUBPOENA}), Role.SUPERVISOR),
        (R.LITIGANT, P.LEGAL_PROCEEDING, (), frozenset({ORDER, SUBPOENA}), None),
    )
    for requester, purpose, consents, evidence, role in rows:
        request = DisclosureRequest(requester, purpose, PROGRESS, KIM, evidence)
        review = decide_disclosure(request, consents, rules, TODAY).review
        assert (review.role if review else None) is role
        assert review is None or review.within.total_seconds() == 24 * 3600
