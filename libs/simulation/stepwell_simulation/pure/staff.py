"""How staff answer care tasks: in working hours, some time after the task was opened, by the facts that settle it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.activities import OpenCareTask
from stepwell_contracts.events.intake import AftercareContactRecorded
from stepwell_contracts.events.intake_clinical import (
    CareTaskCompleted,
    CrisisClosed,
    OutreachRecorded,
    PlanReviewed,
    PlanSigned,
)
from stepwell_kernel.codes import CrisisDisposition, Instrument, OutreachChannel, TaskKind
from stepwell_simulation.conduct import AT_ONCE, REACHED_IN_AFTERCARE, REACHED_IN_CARE, habit_of
from stepwell_simulation.hours import open_from
from stepwell_simulation.pure import records
from stepwell_simulation.pure.before_care import BEFORE_CARE, resume
from stepwell_simulation.pure.patient import CLINICIAN, DAY, Answer, Patient

#: How long a task that was left stays overdue until somebody else has asked for it.
ASKED_AFTER_H = (26.0, 54.0)

#: Assumption: when all goals are met that are met at all.
GOALS = 4
GOALS_MET_AFTER_DAYS = 42


def take_up(patient: Patient, task: OpenCareTask) -> None:
    """Somebody will see to the task, by habit; now and then only when it is overdue and somebody else asks."""
    patient.tasks[task.task_id] = task.kind
    number = patient.taken_up[task.kind] = patient.taken_up.get(task.kind, 0) + 1
    draws, habit = patient.profile.draws.of("task", task.kind, number), habit_of(task.kind)
    at = patient.now + habit.delay(draws)
    if draws.of("omitted").chance(habit.omits):
        patient.left_overdue += 1
        at = max(task.due_at, at) + timedelta(hours=draws.of("asked").between(*ASKED_AFTER_H))
    _set(patient, task.task_id, at if task.kind in AT_ONCE else open_from(at, patient.place.zone))


def put_away(patient: Patient, task_id: UUID) -> None:
    """A task is done or no longer needed."""
    patient.tasks.pop(task_id, None)


def _set(patient: Patient, task_id: UUID, at: datetime) -> None:
    def deed() -> None:
        kind = patient.tasks.get(task_id)
        if kind is not None:
            ANSWERS.get(kind, _complete)(patient, task_id)

    patient.at(at, deed)


def _complete(patient: Patient, task_id: UUID) -> None:
    put_away(patient, task_id)
    event = CareTaskCompleted(episode_id=patient.episode_id, task_id=task_id, outcome="done", completed_by=CLINICIAN)
    patient.tell(event)


def _sign_plan(patient: Patient, task_id: UUID) -> None:
    plan_id = patient.id_of("plan", task_id)
    patient.tell(PlanSigned(episode_id=patient.episode_id, plan_id=plan_id, signed_by=CLINICIAN))


def _review_plan(patient: Patient, task_id: UUID) -> None:
    event = PlanReviewed(
        episode_id=patient.episode_id,
        plan_id=patient.id_of("plan", task_id),
        goals=GOALS,
        goals_met=round(GOALS * min(patient.day / GOALS_MET_AFTER_DAYS, 1.0)),
        reviewed_by=CLINICIAN,
    )
    patient.tell(event)


def _ask_payer(patient: Patient, task_id: UUID) -> None:
    del task_id
    records.authorize(patient)


def _measure(patient: Patient, task_id: UUID) -> None:
    """The instrument that the task is about; one that a finding asked for is the C-SSRS."""
    key = next((key for key, one in patient.journey.state.obligations.items() if one.task_id == task_id), "")
    kind, _, instrument = key.partition("/")
    records.screen(patient, Instrument(instrument) if kind == "measure" else Instrument.C_SSRS)


def _review_level(patient: Patient, task_id: UUID) -> None:
    del task_id
    records.assess_level(patient)


def _call(patient: Patient, task_id: UUID) -> None:
    """A call to somebody who stayed away; who has dropped out does not answer."""
    reached = not patient.has_left and patient.profile.draws.of("outreach", patient.now).chance(REACHED_IN_CARE)
    event = OutreachRecorded(
        episode_id=patient.episode_id,
        outreach_id=patient.id_of("outreach", task_id),
        channel=OutreachChannel.PHONE,
        reached=reached,
        recorded_by=CLINICIAN,
    )
    patient.tell(event)
    if not reached:
        _complete(patient, task_id)


def _close_crisis(patient: Patient, task_id: UUID) -> None:
    del task_id
    for crisis_id in sorted(patient.crises):
        event = CrisisClosed(
            episode_id=patient.episode_id,
            crisis_id=crisis_id,
            disposition=CrisisDisposition.SAFETY_PLAN,
            closed_by=CLINICIAN,
        )
        patient.tell(event)
    patient.crises.clear()


def _follow_up(patient: Patient, task_id: UUID) -> None:
    """A call in aftercare; while it reaches nobody it is tried again every day."""
    reached = patient.profile.draws.of("aftercare", patient.now).chance(REACHED_IN_AFTERCARE)
    event = AftercareContactRecorded(
        episode_id=patient.episode_id,
        contact_id=patient.id_of("contact", patient.now),
        reached=reached,
        recorded_by=CLINICIAN,
    )
    patient.tell(event)
    if not reached:
        _set(patient, task_id, open_from(patient.now + DAY, patient.place.zone))


ANSWERS: Mapping[TaskKind, Answer] = MappingProxyType(
    {
        **BEFORE_CARE,
        TaskKind.PLAN_SIGNATURE: _sign_plan,
        TaskKind.PLAN_REVIEW: _review_plan,
        TaskKind.AUTHORIZATION_REVIEW: _ask_payer,
        TaskKind.MEASURE_DUE: _measure,
        TaskKind.LEVEL_OF_CARE_REVIEW: _review_level,
        TaskKind.STEP_DOWN_REVIEW: _review_level,
        TaskKind.OUTREACH_CALL: _call,
        TaskKind.CRISIS_DISPOSITION: _close_crisis,
        TaskKind.HOLD_REVIEW: resume,
        TaskKind.AFTERCARE_CHECK: _follow_up,
    }
)
