"""Drives `decide` without Temporal, and remembers what it asked for."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Phase, TaskKind, TreatmentPart
from stepwell_workflows.journey.decide import decide
from stepwell_workflows.journey.happenings import Happening, Outcome, PolicyRead, Woken
from stepwell_workflows.journey.obligations import Obligation
from stepwell_workflows.journey.state import Action, JourneyState, first_state
from workflows.tests.stories import POLICY, REFERRED_AT, Story

ACCEPTED = ActionResult(accepted=True)
REJECTED = ActionResult(accepted=False, code="phase_moved_on", kind="conflict")


class Journey:
    """One journey; `now` is domain time."""

    def __init__(self, story: Story, policy: JourneyPolicy = POLICY) -> None:
        self.story = story
        self.policy = policy
        self.state: JourneyState = first_state(story.start())
        self.asked: list[Action] = []
        self.now = REFERRED_AT
        self.apply(PolicyRead(policy, self.state.facility_id, self.state.program_id))

    def apply(self, *happenings: Happening) -> tuple[Action, ...]:
        """Decide on each and return all that was asked."""
        asked: list[Action] = []
        for happening in happenings:
            self.state, actions = decide(self.state, happening, self.now, self.policy)
            asked.extend(actions)
        self.asked.extend(asked)
        return tuple(asked)

    def accept_all(self) -> None:
        """Every outstanding action is accepted."""
        while self.state.outstanding:
            self.apply(Outcome(self.state.outstanding[0].index, ACCEPTED))

    def reject(self, name: str) -> None:
        """The outstanding action of that name is rejected."""
        action = next(action for action in self.state.outstanding if action.name == name)
        self.apply(Outcome(action.index, REJECTED))

    def accept(self, name: str) -> Action:
        """The outstanding action of that name is accepted."""
        action = next(action for action in self.state.outstanding if action.name == name)
        self.apply(Outcome(action.index, ACCEPTED))
        return action

    def until(self, instant: datetime) -> None:
        """Let domain time run, waking the journey at each deadline on the way."""
        while (wakes_at := self.state.wakes_at()) is not None and wakes_at <= instant:
            self.now = max(self.now, wakes_at)
            for key in list(self._due()):
                self.apply(Woken(key))
            self.accept_all()
        self.now = max(self.now, instant)

    def after(self, **span: float) -> datetime:
        """Let a span of domain time run, and return the instant."""
        self.until(self.now + timedelta(**span))
        return self.now

    def names(self) -> list[str]:
        """What was asked for, by activity."""
        return [action.name for action in self.asked]

    def open_tasks(self) -> list[TaskKind]:
        """The kinds of the open tasks, sorted."""
        return sorted(o.task.kind for o in self.state.obligations.values() if o.task and o.task_is_open)

    def obligation(self, key: str) -> Obligation:
        """The obligation of that key."""
        return self.state.obligations[key]

    def _due(self) -> Iterator[str]:
        for key, obligation in sorted(self.state.obligations.items()):
            if obligation.wakes_at <= self.now:
                yield key


def in_treatment(journey: Journey) -> Journey:
    """Referred, reached, assessed and admitted within an hour."""
    story, now = journey.story, journey.now
    journey.apply(
        story.referred(),
        story.contacted(now),
        story.entered(Phase.SCREENING, Phase.REFERRAL, at=now),
        story.assessed(now),
        story.entered(Phase.ADMISSION, Phase.SCREENING, at=now),
        story.decided("admission", now),
    )
    journey.accept_all()
    journey.apply(story.entered(Phase.TREATMENT, Phase.ADMISSION, TreatmentPart.STABILIZE, now))
    journey.accept_all()
    return journey


def moved(journey: Journey, decision: str, to: Phase, part: TreatmentPart | None = None) -> Journey:
    """A decision that is carried out, with intake's word of it."""
    story = journey.story
    journey.apply(story.decided(decision, journey.now))
    journey.accept_all()
    journey.apply(story.entered(to, journey.state.phase, part, journey.now))
    journey.accept_all()
    return journey
