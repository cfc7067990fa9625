"""Whether records may be disclosed: one function over the access decision table (42 CFR part 2, subparts B to E)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stepwell_intake.domain.consent import Consent
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import DisclosureGround, Role
from stepwell_kernel.errors import Bug, FieldProblem, Invalid
from stepwell_kernel.legal_codes import ConsentPurpose, Evidence, InformationScope, Requester, RequestPurpose


@dataclass(frozen=True, slots=True)
class DisclosureRequest:
    """Who asks for what; `recipient` is the name as the desk heard it, `evidence` what the desk has seen."""

    requester: Requester
    purpose: RequestPurpose
    scope: frozenset[InformationScope]
    recipient: str
    evidence: frozenset[Evidence] = frozenset()


@dataclass(frozen=True, slots=True)
class Review:
    """Who looks at a decision afterwards, and within how long."""

    role: Role
    within: timedelta


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a request passes: under a consent for one of the purposes, or on evidence, or without either.

    `named` asks that the recipient stands on the consent. `notice` goes with the records, `instruction` tells the desk
    what to do.
    """

    ground: DisclosureGround
    consents: frozenset[ConsentPurpose] = frozenset()
    evidence: frozenset[Evidence] = frozenset()
    named: bool = False
    notice: str | None = None
    instruction: str | None = None
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """A row of the table: the requests that it decides (an empty set: any), the ways that pass, what a denial means."""

    rule: RuleVersion
    requesters: frozenset[Requester]
    purposes: frozenset[RequestPurpose]
    scopes: frozenset[InformationScope]
    ways: tuple[Way, ...]
    denied: str
    review: Review | None = None

    def applies(self, request: DisclosureRequest) -> bool:
        """Whether the row decides the request; of the scope one part is enough."""
        return (
            (not self.requesters or request.requester in self.requesters)
            and (not self.purposes or request.purpose in self.purposes)
            and (not self.scopes or not self.scopes.isdisjoint(request.scope))
        )


@dataclass(frozen=True, slots=True)
class DisclosureDecision:
    """What was decided, on what ground, under which consent and rule."""

    allowed: bool
    ground: DisclosureGround
    consent: Consent | None
    notice: str | None
    instruction: str | None
    rule: RuleVersion
    review: Review | None


def decide_disclosure(
    request: DisclosureRequest, consents: Sequence[Consent], rules: Sequence[DisclosureRule], today: date
) -> DisclosureDecision:
    """The first row that applies decides; within it the first way that passes. What no way passes is denied."""
    standing = [consent for consent in consents if consent.stands(today)]
    rule = _rule_for(request, rules)
    for way in rule.ways:
        consent = next(_consents_for(way, request, standing), None)
        if way.evidence <= request.evidence and (consent is not None or not way.consents):
            return DisclosureDecision(True, way.ground, consent, way.notice, way.instruction, rule.rule, way.review)
    return DisclosureDecision(False, DisclosureGround.NO_GROUND, None, None, rule.denied, rule.rule, rule.review)


def check_request(request: DisclosureRequest, affiliation: str | None, emergency_nature: str | None) -> None:
    """Raise Invalid (`emergency_incomplete`): an emergency is recorded at once, and whole (42 CFR 2.51(c))."""
    if Evidence.CONSENT_IMPOSSIBLE not in request.evidence:
        return
    told = {"affiliation": affiliation, "emergency_nature": emergency_nature}
    problems = tuple(FieldProblem(field, "is missing", "42_cfr_2_51") for field, value in told.items() if not value)
    if problems:
        raise Invalid(
            "emergency_incomplete",
            "a disclosure in an emergency is recorded with who got it and why",
            fields=problems,
        )


def _rule_for(request: DisclosureRequest, rules: Sequence[DisclosureRule]) -> DisclosureRule:
    for rule in rules:
        if rule.applies(request):
            return rule
    raise Bug("disclosure_rules_incomplete", "no disclosure rule in force applies to the request")


def _consents_for(way: Way, request: DisclosureRequest, standing: Sequence[Consent]) -> Iterator[Consent]:
    for consent in standing:
        if (
            consent.purpose in way.consents
            and consent.covers(request.scope)
            and (not way.named or consent.names(request.recipient))
        ):
            yield consent
