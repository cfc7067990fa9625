"""What is missing at the admission gate, without a decision."""

from uuid import UUID

from stepwell_contracts.http.common import FieldProblemBody
from stepwell_contracts.http.intake_legal import AdmissionGate, GateItemView
from stepwell_intake.domain.access import READ_ADMISSION_GATE
from stepwell_intake.domain.admission import gate_items
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.usecases.admission_case import admission_case
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction


async def read_admission_gate(
    tx: Transaction,
    episode_id: UUID,
    program_id: UUID,
    prescribed_minutes_per_week: int,
    authorization_reason_code: str | None,
) -> AdmissionGate:
    """The checklist as it stands for a program and minutes a week.

    Raises NotFound (`episode_not_found`), Invalid (`program_not_of_facility`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(READ_ADMISSION_GATE, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    case, gate = await admission_case(
        tx,
        episode,
        program_id=program_id,
        prescribed_minutes_per_week=prescribed_minutes_per_week,
        authorization_reason_code=authorization_reason_code,
    )
    items = gate_items(case, gate)
    return AdmissionGate(
        complete=not any(missing for _, missing in items),
        rule_version=str(gate.rule),
        items=tuple(
            GateItemView(
                item=item,
                missing=tuple(FieldProblemBody(path=one.path, problem=one.problem, rule=one.rule) for one in missing),
            )
            for item, missing in items
        ),
    )
