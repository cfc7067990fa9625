"""What each fact means for the journey: one function per event, and the table of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from stepwell_contracts.events import intake, intake_decisions, medication, scheduling
from stepwell_kernel.codes import DischargeReason, Phase
from stepwell_workflows.journey import saga_runner
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.phases import aftercare, referral, treatment
from stepwell_workflows.journey.state import ObligationKind, WeekRecord
from stepwell_workflows.sagas.run import SagaName, SagaRun


def on_referral_received(draft: Draft, fact: Fact, event: intake.ReferralReceived) -> None:
    """The journey begins."""
    del fact, event
    referral.enter(draft)


def on_first_contact_recorded(draft: Draft, fact: Fact, event: intake.FirstContactRecorded) -> None:
    """The referred person was reached."""
    del fact, event
    draft.settle("referral_contact", "done")


def on_admission_decided(draft: Draft, fact: Fact, event: intake_decisions.AdmissionDecided) -> None:
    """Carry out the admission."""
    saga_runner.begin(
        draft,
        _run(
            fact,
            SagaName.ADMISSION,
            event.decided_by,
            Phase.TREATMENT,
            program_id=event.program_id,
            prescribed_minutes_per_week=event.prescribed_minutes_per_week,
        ),
    )


def on_step_down_decided(draft: Draft, fact: Fact, event: intake_decisions.StepDownDecided) -> None:
    """The review has its decision; carry it out."""
    draft.settle_kind(ObligationKind.STEP_DOWN_REVIEW, "done")
    saga_runner.begin(
        draft,
        _run(
            fact,
            SagaName.STEP_DOWN,
            event.decided_by,
            Phase.STEP_DOWN,
            program_id=event.program_id,
            prescribed_minutes_per_week=event.prescribed_minutes_per_week,
        ),
    )


def on_discharge_decided(draft: Draft, fact: Fact, event: intake_decisions.DischargeDecided) -> None:
    """Carry out the discharge; after death there is no aftercare."""
    to = Phase.CLOSED if event.reason is DischargeReason.DEATH else Phase.AFTERCARE
    saga_runner.begin(draft, _run(fact, SagaName.DISCHARGE, event.decided_by, to))


def on_phase_changed(draft: Draft, fact: Fact, event: intake.EpisodePhaseChanged) -> None:
    """Intake's word on the phase: what belonged to the old one is over, what belongs to the new one begins."""
    del fact
    entered = event.phase is not draft.state.phase
    draft.change(phase=event.phase, part=event.part, program_id=event.program_id)
    if not entered:
        return
    draft.change(policy_wanted=event.phase is not Phase.CLOSED, at_phase_border=True)
    draft.settle("referral_contact", "done")
    draft.settle_kind(ObligationKind.REJECTED_ACTION, "done")
    match event.phase:
        case Phase.TREATMENT:
            treatment.enter(draft)
        case Phase.STEP_DOWN:
            treatment.enter_step_down(draft)
        case Phase.AFTERCARE:
            aftercare.enter(draft)
        case Phase.DECLINED:
            aftercare.close_declined(draft)
        case Phase.CLOSED:
            for key in tuple(draft.state.obligations):
                draft.settle(key, "closed")
        case _:
            pass


def on_week_closed(draft: Draft, fact: Fact, event: scheduling.WeekClosed) -> None:
    """Keep the week."""
    del fact
    week = WeekRecord(
        starts_on=event.week_starts_on,
        required_minutes=event.required_minutes,
        attended_minutes=event.attended_minutes,
    )
    draft.change(weeks=(*draft.state.weeks, week))


def on_aftercare_contact(draft: Draft, fact: Fact, event: intake.AftercareContactRecorded) -> None:
    """A follow-up call; one that reached nobody leaves the task open."""
    del fact
    if event.reached:
        aftercare.reached(draft)


def noted(draft: Draft, fact: Fact, event: object) -> None:
    """A fact that nothing depends on yet; that it was seen is in the versions."""
    del draft, fact, event


Reaction = Callable[[Draft, Fact, Any], None]

REACTIONS: Mapping[str, Reaction] = MappingProxyType(
    {
        intake.ReferralReceived.type: on_referral_received,
        intake.FirstContactRecorded.type: on_first_contact_recorded,
        intake.LevelOfCareDecided.type: noted,
        intake.ConsentGranted.type: noted,
        intake_decisions.AdmissionDecided.type: on_admission_decided,
        intake_decisions.StepDownDecided.type: on_step_down_decided,
        intake_decisions.DischargeDecided.type: on_discharge_decided,
        intake.EpisodePhaseChanged.type: on_phase_changed,
        intake.AftercareContactRecorded.type: on_aftercare_contact,
        scheduling.WeekClosed.type: on_week_closed,
        scheduling.SessionMissed.type: noted,
        medication.OrderStarted.type: noted,
    }
)


def _run(
    fact: Fact,
    name: SagaName,
    decided_by: UUID,
    to: Phase,
    *,
    program_id: UUID | None = None,
    prescribed_minutes_per_week: int | None = None,
) -> SagaRun:
    return SagaRun(
        name=name,
        cause=fact.envelope.id,
        decided_by=decided_by,
        traceparent=fact.envelope.traceparent,
        program_id=program_id,
        prescribed_minutes_per_week=prescribed_minutes_per_week,
        to=to,
    )
