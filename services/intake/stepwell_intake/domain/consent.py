"""Consent to disclosure of records of substance use disorder treatment (42 CFR 2.31)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.errors import FieldProblem, Invalid


class Purpose(StrEnum):
    """What records may be disclosed for; the first is the single form for treatment, payment and operations."""

    TREATMENT_PAYMENT_OPERATIONS = "treatment_payment_operations"
    AT_PATIENT_REQUEST = "at_patient_request"


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """The elements of a form as they were filled in; what is missing is None, empty or False."""

    purpose: Purpose
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


@dataclass(frozen=True, slots=True)
class Element:
    """A required element: its number in the rule, its field, and the purposes that it is required for (none: all)."""

    number: int
    field: str
    only_for: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """The elements that a form must have."""

    rule: RuleVersion
    elements: tuple[Element, ...]


def check_consent(form: ConsentForm, rule: ConsentRule, today: date) -> None:
    """Raise Invalid (`consent_incomplete`) with every element that is missing and every date that cannot be."""
    problems = (*_missing(form, rule), *_date_problems(form, rule, today))
    if problems:
        raise Invalid("consent_incomplete", "the consent lacks what the law asks of it", fields=problems)


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
    if form.expires_on is None:
        return
    if form.signed_on is not None and form.expires_on <= form.signed_on:
        yield FieldProblem("expires_on", "is not after the signature", str(rule.rule))
    elif not is_in_force(form.expires_on, today):
        yield FieldProblem("expires_on", "has passed", str(rule.rule))
