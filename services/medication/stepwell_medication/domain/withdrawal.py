"""The withdrawal gate of a buprenorphine start: too early a first dose brings withdrawal on instead of ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.medication_codes import Severity
from stepwell_medication.domain.findings import Finding


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


def check_score(score: Score | None, now: datetime) -> None:
    """Raise Invalid (`score_in_the_future`) for a score that cannot have been taken yet."""
    if score is not None and score.taken_at > now:
        problem = FieldProblem("withdrawal.taken_at", "lies in the future")
        raise Invalid("score_in_the_future", "a score cannot be taken later than now", fields=(problem,))


def withdrawal_finding(rule: WithdrawalRule, score: Score | None, now: datetime) -> Finding | None:
    """What stops the start: `withdrawal_score_missing`, `withdrawal_score_below_limit`, `withdrawal_score_stale`."""
    if score is None:
        return _stop(rule, "withdrawal_score_missing", "withdrawal", "is needed before a first dose")
    if score.points < rule.least_score:
        limit = f"is {score.points}, at least {rule.least_score} is needed"
        return _stop(rule, "withdrawal_score_below_limit", "withdrawal.score", limit)
    if now - score.taken_at > timedelta(minutes=rule.fresh_minutes):
        stale = f"is older than {rule.fresh_minutes} minutes"
        return _stop(rule, "withdrawal_score_stale", "withdrawal.taken_at", stale)
    return None


def _stop(rule: WithdrawalRule, code: str, path: str, problem: str) -> Finding:
    return Finding(rule.rule_id, rule.version, Severity.STOP_OVERRIDE, code, path, problem)
