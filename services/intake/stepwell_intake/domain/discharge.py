"""Discharge: the reason and the last face-to-face contact always, the rest as the reason asks for it (TEDS-D)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import DischargeReason
from stepwell_kernel.decision_codes import ReferralGiven
from stepwell_kernel.errors import FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class DischargeRule:
    """The fields that a reason asks for, by their path in the command."""

    rule: RuleVersion
    reason: DischargeReason
    fields: tuple[str, ...]


def check_fields(stated: Mapping[str, object], rule: DischargeRule) -> None:
    """Raise Invalid (`discharge_incomplete`) with every field that the reason asks for and nobody stated.

    `stated` maps paths to what was stated; an absent or empty value is not stated.
    """
    problems = tuple(
        FieldProblem(path, f"is needed for a discharge of reason {rule.reason.value}", str(rule.rule))
        for path in rule.fields
        if stated.get(path) in (None, ())
    )
    if problems:
        raise Invalid("discharge_incomplete", "the discharge is not complete", fields=problems)


def check_days(last_contact_on: date, clinical_review_on: date | None, referred_on: date, today: date) -> None:
    """Raise Invalid (`discharge_day_impossible`) for days to come or before the referral (local days)."""
    problems = (
        *_day_problems("last_contact_on", last_contact_on, referred_on, today),
        *_day_problems("clinical_review_on", clinical_review_on, referred_on, today),
    )
    if problems:
        raise Invalid("discharge_day_impossible", "such days lie between referral and today", fields=problems)


def check_referrals(referrals: tuple[ReferralGiven, ...]) -> None:
    """Raise Invalid (`referrals_contradict`) for none beside others."""
    if ReferralGiven.NONE in referrals and len(referrals) > 1:
        raise Invalid(
            "referrals_contradict",
            "the patient was referred, or was not",
            fields=(FieldProblem("referrals", "names none beside others", "discharge.referrals"),),
        )


def _day_problems(path: str, day: date | None, referred_on: date, today: date) -> Iterator[FieldProblem]:
    if day is None:
        return
    if day > today:
        yield FieldProblem(path, "lies in the future", f"discharge.{path}")
    elif day < referred_on:
        yield FieldProblem(path, "lies before the referral", f"discharge.{path}")
