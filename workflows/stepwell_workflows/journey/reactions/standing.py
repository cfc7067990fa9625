"""Where the episode stands, by intake's word."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from stepwell_contracts.events import intake
from stepwell_kernel.codes import Phase
from stepwell_workflows.journey.care import ladder, weeks
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.obligations import DONE_BY_LEAVING, IN_CARE, LIVES_IN, Obligation
from stepwell_workflows.journey.phases import before_care, ending, in_care

ENTER: Mapping[Phase, Callable[[Draft], None]] = MappingProxyType(
    {
        Phase.SCREENING: before_care.enter_screening,
        Phase.ADMISSION: before_care.enter_admission,
        Phase.WAITLISTED: before_care.enter_waitlist,
        Phase.TREATMENT: in_care.enter_treatment,
        Phase.ON_HOLD: in_care.enter_hold,
        Phase.STEP_DOWN: in_care.enter_step_down,
        Phase.AFTERCARE: ending.enter_aftercare,
        Phase.DECLINED: ending.end_now,
    }
)


def on_referral_received(draft: Draft, fact: Fact, event: intake.ReferralReceived) -> None:
    """The journey begins."""
    del fact
    draft.change(referred_at=draft.now, urgency=event.urgency, priority=event.priority)
    if draft.state.phase is Phase.REFERRAL:
        draft.change(since=draft.now)
        before_care.referred(draft)


def on_phase_changed(draft: Draft, fact: Fact, event: intake.EpisodePhaseChanged) -> None:
    """What belonged to the old phase is over, what belongs to the new one begins.

    One that was parked may come behind a later one, whose word counts.
    """
    if fact.envelope.version < draft.state.phase_told:
        return
    former = draft.state.phase
    moved = event.facility_id != draft.state.facility_id or event.program_id != draft.state.program_id
    _note_hold(draft, event.phase)
    draft.change(
        phase=event.phase,
        phase_told=fact.envelope.version,
        part=event.part,
        program_id=event.program_id,
        facility_id=event.facility_id,
        age_band=event.age_band,
    )
    if event.phase in IN_CARE and (moved or event.phase is not former):
        weeks.plan(draft, fact.envelope.version)
    if event.phase is former:
        draft.change(policy_wanted=draft.state.policy_wanted or moved)
        return
    draft.change(since=draft.now, policy_wanted=event.phase is not Phase.CLOSED, at_phase_border=True)
    _leave(draft, event.phase)
    if event.phase not in IN_CARE:
        ladder.stop(draft)
    elif former not in IN_CARE:
        draft.change(care_since=draft.now)
        ladder.go_on(draft)
    weeks.forget(draft)
    if event.phase in ENTER:
        ENTER[event.phase](draft)
    weeks.ask(draft)
    if event.phase is not Phase.ON_HOLD:
        draft.change(held_from=None, held_part=None)


def on_readmitted(draft: Draft, fact: Fact, event: intake.EpisodeReadmitted) -> None:
    """A new episode goes on where this one ends."""
    del fact, event
    if draft.state.phase is Phase.AFTERCARE:
        ending.end_now(draft)


def _note_hold(draft: Draft, to: Phase) -> None:
    """Where care goes on after a hold."""
    if to is Phase.ON_HOLD and draft.state.phase is not Phase.ON_HOLD:
        draft.change(held_from=draft.state.phase, held_part=draft.state.part)


def _leave(draft: Draft, to: Phase) -> None:
    """Settle what is over; a task that asked for the step that was taken is done by it."""

    def is_over(obligation: Obligation) -> bool:
        return to not in LIVES_IN[obligation.kind]

    draft.settle_where(lambda obligation: is_over(obligation) and obligation.kind in DONE_BY_LEAVING, "done")
    draft.settle_where(is_over, "closed" if to is Phase.CLOSED else "phase_changed")
