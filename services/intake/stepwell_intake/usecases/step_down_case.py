"""What the step-down criteria look at, gathered for the decision and for who asks beforehand."""

from stepwell_intake.domain.episodes import Episode
from stepwell_intake.domain.step_down import CriterionRule, Finding, StepDownFacts, judge
from stepwell_intake.store.attended_weeks import attended_weeks
from stepwell_intake.store.decision_rules import criterion_rules
from stepwell_intake.store.plans import plan_progress
from stepwell_intake.store.reference import find_facility
from stepwell_intake.store.screens import newest_screen, suicide_risks
from stepwell_kernel.codes import Instrument
from stepwell_kernel.decision_codes import StepDownCriterion
from stepwell_postgres.transaction import Transaction


async def judge_step_down(
    tx: Transaction, episode: Episode, stated: frozenset[StepDownCriterion]
) -> tuple[Finding, ...]:
    """Every criterion in force today as it stands for the episode."""
    facility = await find_facility(tx, episode.facility_id)
    today = facility.day_of(tx.now)
    rules = await criterion_rules(tx, today)
    progress = await plan_progress(tx, episode.episode_id)
    facts = StepDownFacts(
        today=today,
        weeks=await attended_weeks(tx, episode.episode_id),
        risks=[(facility.day_of(at), risk) for at, risk in await suicide_risks(tx, episode.episode_id)],
        totals=await _totals(tx, episode, rules),
        goals=progress.goals if progress else 0,
        goals_met=progress.goals_met if progress else 0,
        stated=stated,
    )
    return judge(facts, rules)


async def _totals(tx: Transaction, episode: Episode, rules: tuple[CriterionRule, ...]) -> dict[Instrument, int]:
    totals: dict[Instrument, int] = {}
    for instrument in {rule.instrument for rule in rules if rule.instrument is not None}:
        screen = await newest_screen(tx, episode.episode_id, instrument)
        if screen is not None and screen.total is not None:
            totals[instrument] = screen.total
    return totals
