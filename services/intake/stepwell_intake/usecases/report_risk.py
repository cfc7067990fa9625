"""Report what the team must answer within a set time."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import RiskReported
from stepwell_contracts.http.intake_clinical import ReportRisk, RiskNoted
from stepwell_intake.domain.access import REPORT_RISK, staff_of
from stepwell_intake.domain.episodes import OPEN, check_phase
from stepwell_intake.domain.risk_reports import check_happened_at
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.screens import insert_risk_report
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def report_risk(tx: Transaction, episode_id: UUID, command: ReportRisk) -> RiskNoted:
    """Store what happened; who answers it, and by when, is the journey's to decide.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`), Invalid (`time_impossible`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(REPORT_RISK, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    reported_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, OPEN, "risk_report")
    check_happened_at(command.happened_at, episode.received_at, tx.now)
    report_id = new_id()
    await insert_risk_report(
        tx,
        report_id=report_id,
        episode_id=episode_id,
        signal=command.signal,
        happened_at=command.happened_at,
        reported_by=reported_by,
    )
    event = RiskReported(
        episode_id=episode_id, report_id=report_id, signal=command.signal, happened_at=command.happened_at
    )
    tx.emit(stream, event, episode_id=episode_id)
    return RiskNoted(report_id=report_id)
