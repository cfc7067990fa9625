"""The admission gate: a checklist that is computed, so that what is missing has a name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from stepwell_intake.domain.hours import HoursRule, hours_problems
from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import LevelOfCare
from stepwell_kernel.errors import Conflict, FieldProblem


class GateItem(StrEnum):
    """What the gate can ask for."""

    ASSESSMENT = "assessment"
    ASSESSOR = "assessor"
    CONSENT = "consent"
    PROGRAM = "program"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class GateRule:
    """The items that admission to a level needs; `credentials` are those of a qualified clinician."""

    rule: RuleVersion
    level: LevelOfCare
    items: tuple[GateItem, ...]
    credentials: frozenset[str]


@dataclass(frozen=True, slots=True)
class AdmissionCase:
    """What is known of an episode at the gate."""

    decided: LevelOfCare | None
    assessor_credentials: frozenset[str]
    consent_in_force: bool
    program_level: LevelOfCare
    prescribed_minutes_per_week: int
    hours: HoursRule


def check_gate(case: AdmissionCase, rule: GateRule) -> None:
    """Raise Conflict (`admission_gate_incomplete`) with every item of the checklist that is missing."""
    problems = tuple(problem for item in rule.items for problem in _CHECKS[item](case, rule))
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


_CHECKS: Mapping[GateItem, Callable[[AdmissionCase, GateRule], Iterator[FieldProblem]]] = MappingProxyType(
    {
        GateItem.ASSESSMENT: _assessment,
        GateItem.ASSESSOR: _assessor,
        GateItem.CONSENT: _consent,
        GateItem.PROGRAM: _program,
        GateItem.HOURS: _hours,
    }
)
