"""Consent to disclosure of records of substance use disorder treatment (42 CFR 2.31)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AgeBand
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.legal_codes import ConsentPurpose, InformationScope


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """The elements of a form as they were filled in; what is missing is None, empty or False.

    A single form may leave `scope` empty: it stands for the whole record but for what needs a consent of its own.
    """

    purpose: ConsentPurpose
    patient_named: bool
    discloser: str
    information: str
    recipients: tuple[str, ...]
    revocation_explained: bool
    redisclosure_explained: bool
    refusal_consequences_explained: bool
    expires_on: date | None
    signed_by: str | None
    signed_on: date | None
    scope: tuple[InformationScope, ...] = ()
    intermediary: str | None = None
    irrevocable_until: date | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """A required element: its number in the rule, its field, and the purposes that it is required for (none: all)."""

    number: int
    field: str
    only_for: frozenset[ConsentPurpose] = frozenset()


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """What a form must have.

    `apart` are the purposes whose part of the record needs a consent of its own, `irrevocable_for` those that may bind
    the patient until a day, `minor_signers` who can sign for an adolescent (none: as for adults).
    """

    rule: RuleVersion
    elements: tuple[Element, ...]
    apart: Mapping[ConsentPurpose, InformationScope]
    irrevocable_for: frozenset[ConsentPurpose]
    minor_signers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Consent:
    """A stored consent, as far as a decision needs it."""

    consent_id: UUID
    purpose: ConsentPurpose
    scope: frozenset[InformationScope]
    recipients: frozenset[str]
    expires_on: date | None
    is_revoked: bool
    rule: RuleVersion

    def stands(self, today: date) -> bool:
        """Whether it may be relied on (42 CFR 2.31(c): not when expired, nor when known to be revoked)."""
        return not self.is_revoked and is_in_force(self.expires_on, today)

    def covers(self, scope: frozenset[InformationScope]) -> bool:
        """Whether all of that was consented to; counseling notes only by name."""
        if not self.scope:
            return InformationScope.COUNSELING_NOTES not in scope
        return scope <= self.scope

    def names(self, recipient: str) -> bool:
        """Whether the recipient stands on the form, however it is spaced or capitalised."""
        return _spelling(recipient) in {_spelling(one) for one in self.recipients}


def check_consent(form: ConsentForm, rule: ConsentRule, today: date, age_band: AgeBand = AgeBand.ADULT) -> None:
    """Raise Invalid (`consent_incomplete`) with every element that is missing and everything that cannot be."""
    problems = (
        *_missing(form, rule),
        *_date_problems(form, rule, today),
        *_scope_problems(form, rule),
        *_signer_problems(form, rule, age_band),
    )
    if problems:
        raise Invalid("consent_incomplete", "the consent lacks what the law asks of it", fields=problems)


def check_revocable(irrevocable_until: date | None, today: date) -> None:
    """Raise Conflict (`consent_irrevocable`) while a consent given to the courts binds the patient (42 CFR 2.35)."""
    if irrevocable_until is not None and today < irrevocable_until:
        raise Conflict(
            "consent_irrevocable",
            f"the consent cannot be taken back before {irrevocable_until.isoformat()}",
            rule="consent.42_cfr_2_35",
        )


def is_in_force(expires_on: date | None, today: date) -> bool:
    """Whether a consent may be relied on: it ends at the beginning of the day on which it expires."""
    return expires_on is None or today < expires_on


def _missing(form: ConsentForm, rule: ConsentRule) -> Iterator[FieldProblem]:
    for element in rule.elements:
        if element.only_for and form.purpose not in element.only_for:
            continue
        if not _is_filled_in(getattr(form, element.field)):
            yield FieldProblem(element.field, f"is missing (element {element.number})", str(rule.rule))


def _is_filled_in(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, tuple):
        return bool(value) and all(_is_filled_in(one) for one in value)
    return value is not None and value is not False


def _date_problems(form: ConsentForm, rule: ConsentRule, today: date) -> Iterator[FieldProblem]:
    if form.signed_on is not None and form.signed_on > today:
        yield FieldProblem("signed_on", "lies in the future", str(rule.rule))
    if form.irrevocable_until is not None:
        if form.purpose not in rule.irrevocable_for:
            yield FieldProblem("irrevocable_until", f"a consent for {form.purpose} can be revoked", str(rule.rule))
        elif form.expires_on is not None and form.irrevocable_until > form.expires_on:
            yield FieldProblem("irrevocable_until", "lies after the consent's end", str(rule.rule))
    if form.expires_on is None:
        return
    if form.signed_on is not None and form.expires_on <= form.signed_on:
        yield FieldProblem("expires_on", "is not after the signature", str(rule.rule))
    elif not is_in_force(form.expires_on, today):
        yield FieldProblem("expires_on", "has passed", str(rule.rule))


def _scope_problems(form: ConsentForm, rule: ConsentRule) -> Iterator[FieldProblem]:
    """Consents that must be separate are never merged into another form (42 CFR 2.31(b))."""
    for purpose, part in rule.apart.items():
        if form.purpose is purpose and form.scope and set(form.scope) != {part}:
            yield FieldProblem("scope", f"a consent for {purpose} holds nothing else", str(rule.rule))
        if form.purpose is not purpose and part in form.scope:
            yield FieldProblem("scope", f"{part} need a consent of their own", str(rule.rule))


def _signer_problems(form: ConsentForm, rule: ConsentRule, age_band: AgeBand) -> Iterator[FieldProblem]:
    """A minor's own signature is always needed, alone or beside the guardian's (42 CFR 2.14)."""
    if age_band is not AgeBand.ADOLESCENT or not rule.minor_signers:
        return
    if form.signed_by is not None and form.signed_by not in rule.minor_signers:
        yield FieldProblem("signed_by", "a minor signs too", str(rule.rule))


def _spelling(name: str) -> str:
    return " ".join(name.casefold().split())
