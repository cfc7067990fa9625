"""The withdrawal gate of a buprenorphine start: too early a first dose brings withdrawal on instead of ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_kernel.errors import Conflict, FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class WithdrawalRule:
    """The least score on the Clinical Opiate Withdrawal Scale (0 to 48), and how long one holds."""

    rule_id: str
    version: str
    least_score: int
    fresh_minutes: int


@dataclass(frozen=True, slots=True)
class Score:
    """A score and when it was taken."""

    points: int
    taken_at: datetime


def check_withdrawal(rule: WithdrawalRule, score: Score | None, now: datetime) -> Score:
    """The score, when it lets the start pass.

    Raises Conflict (`withdrawal_score_missing`, `withdrawal_score_below_limit`, `withdrawal_score_stale`), Invalid
    (`score_in_the_future`).
    """
    if score is None:
        raise _refused(rule, "withdrawal_score_missing", "withdrawal", "is needed before a first dose")
    if score.taken_at > now:
        problem = FieldProblem("withdrawal.taken_at", "lies in the future", rule.rule_id)
        raise Invalid("score_in_the_future", "a score cannot be taken later than now", fields=(problem,))
    if score.points < rule.least_score:
        limit = f"is {score.points}, at least {rule.least_score} is needed"
        raise _refused(rule, "withdrawal_score_below_limit", "withdrawal.score", limit)
    if now - score.taken_at > timedelta(minutes=rule.fresh_minutes):
        stale = f"is older than {rule.fresh_minutes} minutes"
        raise _refused(rule, "withdrawal_score_stale", "withdrawal.taken_at", stale)
    return score


def _refused(rule: WithdrawalRule, code: str, path: str, problem: str) -> Conflict:
    return Conflict(
        code,
        "the withdrawal gate does not let the start pass",
        fields=(FieldProblem(path, problem, f"{rule.rule_id}@{rule.version}"),),
        rule=rule.rule_id,
    )
