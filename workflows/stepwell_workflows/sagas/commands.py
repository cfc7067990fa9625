"""The commands that sagas are made of."""

from uuid import UUID

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase, ReplaceBookings, RestoreBookings
from stepwell_kernel.ids import derived_id
from stepwell_workflows.sagas.run import StepContext
from stepwell_workflows.sagas.steps import Command


def _replacement_id(context: StepContext) -> UUID:
    return derived_id(context.key.episode_id, "replacement", str(context.run.cause))


def _change_phase(context: StepContext) -> ChangePhase:
    run = context.run
    return ChangePhase(
        key=context.key,
        expected=context.phase,
        to=run.to or context.phase,
        part=run.part,
        facility_id=run.facility_id,
        program_id=run.program_id,
        prescribed_minutes_per_week=run.prescribed_minutes_per_week,
    )


def _replace(context: StepContext) -> ReplaceBookings:
    run = context.run
    return ReplaceBookings(
        key=context.key,
        replacement_id=_replacement_id(context),
        program_id=run.program_id,
        prescribed_minutes_per_week=run.prescribed_minutes_per_week or 0,
        reason_code=run.name.value,
    )


def _restore(context: StepContext) -> RestoreBookings:
    return RestoreBookings(key=context.key, replacement_id=_replacement_id(context))


CHANGE_PHASE = Command(contract.CHANGE_PHASE, _change_phase)
REPLACE_BOOKINGS = Command(contract.REPLACE_BOOKINGS, _replace)
RESTORE_BOOKINGS = Command(contract.RESTORE_BOOKINGS, _restore)
