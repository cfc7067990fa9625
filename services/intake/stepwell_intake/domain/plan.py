"""The treatment plan: goals with dates, minutes a week by modality; drafted, signed, reviewed."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import Conflict, FieldProblem, Invalid
from stepwell_kernel.legal_codes import PlanGoal


class PlanState(StrEnum):
    """A newer signed plan takes the place of those before it."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class PlanRule:
    """Whose signature makes a plan, by credential, and how far ahead a goal may lie."""

    rule: RuleVersion
    credentials: frozenset[str]
    most_days_ahead: int


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached by a day."""

    code: PlanGoal
    target_on: date


@dataclass(frozen=True, slots=True)
class PrescribedSessions:
    """So many sessions of a modality, of so many minutes each, every so many weeks."""

    modality: Modality
    sessions: int
    minutes: int
    every_weeks: int

    @property
    def minutes_per_week(self) -> Fraction:
        """On average over the weeks."""
        return Fraction(self.sessions * self.minutes, self.every_weeks)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; `mix` tells, where it is given, in which sessions the minutes of each modality are held."""

    plan_id: UUID
    episode_id: UUID
    state: PlanState
    goals: tuple[Goal, ...]
    minutes_per_week: Mapping[Modality, int]
    drafted_on: date
    mix: tuple[PrescribedSessions, ...] = ()


def check_plan(plan: Plan, prescribed_minutes_per_week: int, rule: PlanRule) -> None:
    """Raise Invalid (`plan_impossible`) with all that cannot be.

    That is a goal, fewer minutes than prescribed, or a mix that does not come to the plan's minutes.
    """
    problems = (
        *_goal_problems(plan, rule),
        *_minutes_problems(plan, prescribed_minutes_per_week, rule),
        *_mix_problems(plan, rule),
    )
    if problems:
        raise Invalid("plan_impossible", "the plan cannot be carried out", fields=problems)


def check_signature(
    plan: Plan, credentials: AbstractSet[str], patient_signed_on: date, today: date, rule: PlanRule
) -> None:
    """Raise what forbids signing the plan today.

    Conflict (`plan_already_signed`, `plan_superseded`, `signer_not_qualified`), Invalid (`signature_impossible`).
    """
    if plan.state is PlanState.SIGNED:
        raise Conflict("plan_already_signed", "the plan was signed before", rule=str(rule.rule))
    if plan.state is PlanState.SUPERSEDED:
        raise Conflict("plan_superseded", "a newer plan took its place", rule=str(rule.rule))
    if not credentials & rule.credentials:
        raise Conflict(
            "signer_not_qualified", "the signer is not known here as a qualified clinician", rule=str(rule.rule)
        )
    if not plan.drafted_on <= patient_signed_on <= today:
        problem = "lies in the future" if patient_signed_on > today else "lies before the draft"
        raise Invalid(
            "signature_impossible",
            "the patient cannot have signed then",
            fields=(FieldProblem("patient_signed_on", problem, str(rule.rule)),),
        )


def check_review(plan: Plan, goals_met: AbstractSet[PlanGoal]) -> None:
    """Raise Conflict (`plan_not_signed`) unless the plan is in force, Invalid (`goal_not_in_plan`) for another goal."""
    if plan.state is not PlanState.SIGNED:
        raise Conflict("plan_not_signed", f"the plan is {plan.state}", rule="plan.review")
    strange = goals_met - {goal.code for goal in plan.goals}
    if strange:
        raise Invalid(
            "goal_not_in_plan",
            "a goal that the plan does not have cannot be met",
            fields=tuple(
                FieldProblem("goals_met", f"{goal} is not in the plan", "plan.review") for goal in sorted(strange)
            ),
        )


def _goal_problems(plan: Plan, rule: PlanRule) -> Iterator[FieldProblem]:
    latest = plan.drafted_on + timedelta(days=rule.most_days_ahead)
    seen: set[PlanGoal] = set()
    for place, goal in enumerate(plan.goals):
        if goal.code in seen:
            yield FieldProblem(f"goals.{place}.code", "stands there twice", str(rule.rule))
        seen.add(goal.code)
        if goal.target_on <= plan.drafted_on:
            yield FieldProblem(f"goals.{place}.target_on", "is not to come", str(rule.rule))
        elif goal.target_on > latest:
            yield FieldProblem(
                f"goals.{place}.target_on", f"lies more than {rule.most_days_ahead} days ahead", str(rule.rule)
            )


def _minutes_problems(plan: Plan, prescribed: int, rule: PlanRule) -> Iterator[FieldProblem]:
    planned = sum(plan.minutes_per_week.values())
    if planned < prescribed:
        yield FieldProblem(
            "minutes_per_week", f"plans {planned} of {prescribed} prescribed minutes a week", str(rule.rule)
        )


def _mix_problems(plan: Plan, rule: PlanRule) -> Iterator[FieldProblem]:
    """A mix comes to the minutes of each modality, to the minute on average over the weeks."""
    if not plan.mix:
        return
    held: dict[Modality, Fraction] = {}
    for place, sessions in enumerate(plan.mix):
        if sessions.modality in held:
            yield FieldProblem(f"mix.{place}.modality", "stands there twice", str(rule.rule))
        elif sessions.modality not in plan.minutes_per_week:
            yield FieldProblem(f"mix.{place}.modality", "has no minutes in this plan", str(rule.rule))
        held.setdefault(sessions.modality, sessions.minutes_per_week)
    for modality, minutes in plan.minutes_per_week.items():
        planned = held.get(modality, Fraction(0))
        if abs(planned - minutes) >= 1:
            problem = f"holds {float(planned):g} of {minutes} minutes a week of {modality}"
            yield FieldProblem("mix", problem, str(rule.rule))
