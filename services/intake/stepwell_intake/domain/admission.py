"""The admission gate: a checklist that is computed, so that what is missing has a name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from stepwell_intake.domain.hours import HoursRule, hours_problems
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import AuthorizationState, LevelOfCare, PayerKind, Urgency
from stepwell_kernel.errors import Conflict, FieldProblem


class GateItem(StrEnum):
    """What the gate can ask for."""

    ASSESSMENT = "assessment"
    ASSESSOR = "assessor"
    CONSENT = "consent"
    PROGRAM = "program"
    HOURS = "hours"
    AMBULATORY = "ambulatory"
    SUICIDE_SCREEN = "suicide_screen"
    AUTHORIZATION = "authorization"


@dataclass(frozen=True, slots=True)
class GateRule:
    """The items that admission to a level needs; `credentials` are those of a qualified clinician.

    `ambulatory_rating_most` is the highest rating of dimensions 1 to 3 that is safe outside a hospital. Who pays for
    themselves, and an emergent referral, need no authorization; `override_reasons` let a pended one suffice.
    """

    rule: RuleVersion
    level: LevelOfCare
    items: tuple[GateItem, ...]
    credentials: frozenset[str]
    ambulatory_rating_most: int = 4
    payers_without_authorization: frozenset[PayerKind] = frozenset()
    urgencies_without_authorization: frozenset[Urgency] = frozenset()
    override_reasons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AdmissionCase:
    """What is known of an episode at the gate."""

    decided: LevelOfCare | None
    assessor_credentials: frozenset[str]
    consent_in_force: bool
    program_level: LevelOfCare
    prescribed_minutes_per_week: int
    hours: HoursRule
    ambulatory_ratings: tuple[int, ...] = ()
    suicide_screened: bool = False
    payer: PayerKind | None = None
    urgency: Urgency = Urgency.ROUTINE
    authorization: AuthorizationState | None = None
    authorization_reason_code: str | None = None


def gate_items(case: AdmissionCase, rule: GateRule) -> tuple[tuple[GateItem, tuple[FieldProblem, ...]], ...]:
    """Every item of the checklist with what is missing of it; nothing, where it is complete."""
    return tuple((item, tuple(_CHECKS[item](case, rule))) for item in rule.items)


def check_gate(case: AdmissionCase, rule: GateRule) -> None:
    """Raise Conflict (`admission_gate_incomplete`) with every item of the checklist that is missing."""
    problems = tuple(problem for _, missing in gate_items(case, rule) for problem in missing)
    if problems:
        raise Conflict(
            "admission_gate_incomplete",
            "the admission gate has open items",
            fields=problems,
            rule=str(rule.rule),
        )


def _assessment(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    if case.decided is not rule.level:
        yield FieldProblem("assessment", f"none has decided for level {rule.level}", str(rule.rule))


def _assessor(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    if case.decided is not None and not case.assessor_credentials & rule.credentials:
        yield FieldProblem("assessor", "is not known here as a qualified clinician", str(rule.rule))


def _consent(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    if not case.consent_in_force:
        yield FieldProblem("consent", "none for treatment, payment and operations is in force", str(rule.rule))


def _program(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    if case.program_level is not rule.level:
        yield FieldProblem("program_id", f"is a program of level {case.program_level}", str(rule.rule))


def _hours(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    del rule
    yield from hours_problems(case.prescribed_minutes_per_week, case.hours)


def _ambulatory(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    for dimension, rating in enumerate(case.ambulatory_ratings, 1):
        if rating > rule.ambulatory_rating_most:
            problem = f"is rated {rating}, safe outside a hospital to {rule.ambulatory_rating_most}"
            yield FieldProblem(f"ratings.dimension_{dimension}", problem, str(rule.rule))


def _suicide_screen(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    if not case.suicide_screened:
        yield FieldProblem("screens.c_ssrs", "was not filled in", str(rule.rule))


def _authorization(case: AdmissionCase, rule: GateRule) -> Iterator[FieldProblem]:
    """A payer that has answered, nobody to ask, or a pended answer with a named reason not to wait for it."""
    if case.payer in rule.payers_without_authorization or case.urgency in rule.urgencies_without_authorization:
        return
    if case.authorization is AuthorizationState.APPROVED:
        return
    if case.authorization is not AuthorizationState.PENDED:
        problem = "none covers today" if case.authorization is None else f"is {case.authorization}"
        yield FieldProblem("authorization", problem, str(rule.rule))
    elif case.authorization_reason_code not in rule.override_reasons:
        reasons = ", ".join(sorted(rule.override_reasons))
        yield FieldProblem("authorization_reason_code", f"a pended one needs a reason: {reasons}", str(rule.rule))


_CHECKS: Mapping[GateItem, Callable[[AdmissionCase, GateRule], Iterator[FieldProblem]]] = MappingProxyType(
    {
        GateItem.ASSESSMENT: _assessment,
        GateItem.ASSESSOR: _assessor,
        GateItem.CONSENT: _consent,
        GateItem.PROGRAM: _program,
        GateItem.HOURS: _hours,
        GateItem.AMBULATORY: _ambulatory,
        GateItem.SUICIDE_SCREEN: _suicide_screen,
        GateItem.AUTHORIZATION: _authorization,
    }
)
