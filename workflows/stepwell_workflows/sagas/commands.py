"""The commands that sagas are made of."""

from uuid import UUID

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import (
    ActionKey,
    CancelBookings,
    ChangePhase,
    ReplaceBookings,
    RestoreBookings,
)
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_kernel.ids import derived_id
from stepwell_workflows.journey.state import JourneyState, SagaRun
from stepwell_workflows.sagas.steps import Command


def _replacement_id(state: JourneyState, run: SagaRun) -> UUID:
    return derived_id(state.episode_id, "replacement", str(run.cause))


def _change_phase(key: ActionKey, state: JourneyState, run: SagaRun) -> ChangePhase:
    return ChangePhase(
        key=key,
        expected=state.phase,
        to=run.to,
        part=TreatmentPart.STABILIZE if run.to is Phase.TREATMENT else None,
        program_id=run.program_id,
        prescribed_minutes_per_week=run.prescribed_minutes_per_week,
    )


def _replace(key: ActionKey, state: JourneyState, run: SagaRun) -> ReplaceBookings:
    return ReplaceBookings(
        key=key,
        replacement_id=_replacement_id(state, run),
        program_id=run.program_id or state.program_id,
        prescribed_minutes_per_week=run.prescribed_minutes_per_week or 0,
    )


def _restore(key: ActionKey, state: JourneyState, run: SagaRun) -> RestoreBookings:
    return RestoreBookings(key=key, replacement_id=_replacement_id(state, run))


def _cancel(key: ActionKey, state: JourneyState, run: SagaRun) -> CancelBookings:
    del state, run
    return CancelBookings(key=key, reason_code="discharged")


CHANGE_PHASE = Command(contract.CHANGE_PHASE, _change_phase)
REPLACE_BOOKINGS = Command(contract.REPLACE_BOOKINGS, _replace)
RESTORE_BOOKINGS = Command(contract.RESTORE_BOOKINGS, _restore)
CANCEL_BOOKINGS = Command(contract.CANCEL_BOOKINGS, _cancel)
