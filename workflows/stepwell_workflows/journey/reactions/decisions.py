"""Decisions of people: the journey carries each of them out by a saga."""

from typing import Any
from uuid import UUID

from stepwell_contracts.events import intake, intake_decisions as decided
from stepwell_kernel.codes import DischargeReason, Phase, TaskKind, TreatmentPart
from stepwell_workflows.journey import saga_runner
from stepwell_workflows.journey.care import responses, weeks
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.phases import in_care
from stepwell_workflows.sagas.run import SagaName, SagaRun

FIRST = TreatmentPart.STABILIZE


def on_level_of_care_decided(draft: Draft, fact: Fact, event: intake.LevelOfCareDecided) -> None:
    """The level was reviewed; while it stays as it is, the next review follows."""
    del fact, event
    draft.learn(level_reviewed_at=draft.now)
    weeks.reviewed(draft)
    responses.answered(draft, TaskKind.LEVEL_OF_CARE_REVIEW)
    if draft.state.phase is Phase.TREATMENT:
        draft.settle(in_care.STEP_DOWN_REVIEW, "done")
        in_care.oblige_step_down_review(draft)


def on_admission_decided(draft: Draft, fact: Fact, event: decided.AdmissionDecided) -> None:
    """Into treatment."""
    saga_runner.begin(
        draft, _run(fact, SagaName.ADMISSION, event.decided_by, Phase.TREATMENT, **_program(event), part=FIRST)
    )


def on_step_down_decided(draft: Draft, fact: Fact, event: decided.StepDownDecided) -> None:
    """Down to a less intensive program."""
    saga_runner.begin(draft, _run(fact, SagaName.STEP_DOWN, event.decided_by, Phase.STEP_DOWN, **_program(event)))


def on_step_up_decided(draft: Draft, fact: Fact, event: decided.StepUpDecided) -> None:
    """Back to intensive treatment."""
    saga_runner.begin(
        draft, _run(fact, SagaName.STEP_UP, event.decided_by, Phase.TREATMENT, **_program(event), part=FIRST)
    )


def on_transfer_decided(draft: Draft, fact: Fact, event: decided.TransferDecided) -> None:
    """To another facility, in the same phase; the seats and the row move where the phase stands by then."""
    saga_runner.begin(
        draft,
        _run(fact, SagaName.TRANSFER, event.decided_by, None, facility_id=event.facility_id, **_program(event)),
    )


def on_hold_decided(draft: Draft, fact: Fact, event: decided.HoldDecided) -> None:
    """Care pauses."""
    saga_runner.begin(draft, _run(fact, SagaName.HOLD, event.decided_by, Phase.ON_HOLD))


def on_resume_decided(draft: Draft, fact: Fact, event: decided.ResumeDecided) -> None:
    """Care goes on where it paused; somebody who waited comes up for admission."""
    to = draft.state.held_from or Phase.ADMISSION
    saga_runner.begin(draft, _run(fact, SagaName.RESUME, event.decided_by, to, part=draft.state.held_part))


def on_waitlist_decided(draft: Draft, fact: Fact, event: decided.WaitlistDecided) -> None:
    """No seat is free."""
    saga_runner.begin(draft, _run(fact, SagaName.WAITLIST, event.decided_by, Phase.WAITLISTED))


def on_decline_decided(draft: Draft, fact: Fact, event: decided.DeclineDecided) -> None:
    """No care here."""
    saga_runner.begin(draft, _run(fact, SagaName.DECLINE, event.decided_by, Phase.DECLINED))


def on_discharge_decided(draft: Draft, fact: Fact, event: decided.DischargeDecided) -> None:
    """Out of care; after death there is no aftercare."""
    to = Phase.CLOSED if event.reason is DischargeReason.DEATH else Phase.AFTERCARE
    saga_runner.begin(draft, _run(fact, SagaName.DISCHARGE, event.decided_by, to))


def _run(fact: Fact, name: SagaName, decided_by: UUID, to: Phase | None, **terms: Any) -> SagaRun:
    return SagaRun(
        name=name,
        cause=fact.envelope.id,
        decided_by=decided_by,
        traceparent=fact.envelope.traceparent,
        to=to,
        **terms,
    )


def _program(
    event: decided.AdmissionDecided | decided.StepDownDecided | decided.StepUpDecided | decided.TransferDecided,
) -> dict[str, Any]:
    return {
        "program_id": event.program_id,
        "prescribed_minutes_per_week": event.prescribed_minutes_per_week,
    }
