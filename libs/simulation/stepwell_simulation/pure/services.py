"""What the services do with the actions of a journey: they accept each, and tell what has come of it."""

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import ChangePhase, CloseCareTask, CloseWeek, OpenCareTask
from stepwell_contracts.events.scheduling_care import WeekPlanned
from stepwell_kernel.codes import Phase, TreatmentPart
from stepwell_simulation.pure import course, records
from stepwell_simulation.pure.attendance import begin_sessions, close_week, first_day_of_week, required_minutes
from stepwell_simulation.pure.patient import IN_CARE, RULE, Patient
from stepwell_simulation.pure.places import PLACES
from stepwell_simulation.pure.staff import put_away, take_up
from stepwell_workflows.journey.state import Action

#: Assumption: how often the plan of a week falls short of its hours.
PLANNED_SHORT = 0.1


def settle(patient: Patient) -> None:
    """Answer actions until the journey asks for no more."""
    for action in patient.journey.actions(patient.now):
        _answer(patient, action)


def _answer(patient: Patient, action: Action) -> None:
    match action.name:
        case contract.OPEN_CARE_TASK:
            take_up(patient, OpenCareTask.model_validate(action.message))
        case contract.CLOSE_CARE_TASK:
            put_away(patient, CloseCareTask.model_validate(action.message).task_id)
        case contract.CHANGE_PHASE:
            _change_phase(patient, ChangePhase.model_validate(action.message))
        case contract.CLOSE_WEEK:
            close_week(patient, CloseWeek.model_validate(action.message).week_starts_on)
        case contract.PLAN_EPISODE if patient.place.plans_weeks:
            _plan_week(patient)
        case _:
            return


def _change_phase(patient: Patient, asked: ChangePhase) -> None:
    """Intake's word of the phase; seats follow it, and with the first admission the course begins."""
    if asked.expected is not patient.phase:
        return
    if asked.facility_id is not None and asked.facility_id != patient.place.facility_id:
        patient.place = next(place for place in PLACES.values() if place.facility_id == asked.facility_id)
        patient.journey.policy = patient.policies[patient.place.home]
    former = patient.phase
    part = (
        (asked.part or patient.journey.state.part or TreatmentPart.STABILIZE) if asked.to is Phase.TREATMENT else None
    )
    records.enter(patient, asked.to, part)
    if asked.to in IN_CARE and (former is not asked.to or asked.facility_id is not None):
        begin_sessions(patient)
    if asked.to is Phase.TREATMENT and patient.admitted_at is None:
        course.begin(patient)


def _plan_week(patient: Patient) -> None:
    """The running week is planned, now and then with less than the hours that it should have."""
    origin = patient.journey.state.weeks_from or patient.today
    starts_on = first_day_of_week(origin, patient.today)
    required = required_minutes(patient.phase)
    short = patient.profile.draws.of("plan", starts_on).chance(PLANNED_SHORT)
    planned = required * 2 // 3 if short else required
    event = WeekPlanned(
        plan_id=patient.id_of("week-plan", patient.now),
        episode_id=patient.episode_id,
        week_starts_on=starts_on,
        required_minutes=required,
        planned_minutes=planned,
        shortfall_minutes=required - planned,
        booked=3,
        given_up=0,
        rule_version=RULE,
    )
    patient.tell(event)
