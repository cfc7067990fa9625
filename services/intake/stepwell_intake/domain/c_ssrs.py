"""The C-SSRS screener: no total, but a triage by the most serious yes."""

from dataclasses import dataclass

from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.screens import Form, Item, Score, check_form
from stepwell_kernel.codes import FollowUp, Instrument, SuicideRisk


@dataclass(frozen=True, slots=True)
class TriageStep:
    """A risk that any yes of some items stands for, and what it asks for."""

    risk: SuicideRisk
    when_any: frozenset[str]
    follow_ups: tuple[FollowUp, ...] = ()
    is_crisis: bool = False


@dataclass(frozen=True, slots=True)
class TriageRule:
    """The questions, with the gates between them, and the triage, the most serious risk first."""

    rule: RuleVersion
    instrument: Instrument
    items: tuple[Item, ...]
    steps: tuple[TriageStep, ...]

    def score(self, form: Form) -> Score:
        """The first step that a yes leads to, no risk without any; Invalid (`answers_invalid`, `screen_incomplete`)."""
        check_form(form, self.items, self.rule)
        positive = {code for code, points in form.answers.items() if points > 0}
        for step in self.steps:
            if positive & step.when_any:
                return Score(
                    band_code=step.risk,
                    suicide_risk=step.risk,
                    follow_ups=step.follow_ups,
                    is_crisis=step.is_crisis,
                )
        return Score(band_code=SuicideRisk.NONE, suicide_risk=SuicideRisk.NONE)
