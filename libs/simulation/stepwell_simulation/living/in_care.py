"""What stands on the worklists while somebody is in care: plans, payers, measures, short weeks, outreach, reviews."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from stepwell_contracts.http.intake import Assess
from stepwell_contracts.http.intake_clinical import CloseCrisis
from stepwell_contracts.http.intake_decisions import CompleteCareTask
from stepwell_contracts.http.intake_legal import (
    DraftPlan,
    GoalBody,
    PrescribedSessionsBody,
    RecordOutreach,
    ReviewPlan,
    SignPlan,
)
from stepwell_kernel.codes import (
    CrisisDisposition,
    LevelOfCare,
    Modality,
    OutreachChannel,
    Role,
    TaskKind,
)
from stepwell_kernel.legal_codes import PlanGoal
from stepwell_simulation.admission import RATINGS
from stepwell_simulation.conduct import REACHED_IN_CARE
from stepwell_simulation.living.before_care import authorize_care
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.ending import end_hold
from stepwell_simulation.living.measures import record_audit_c, record_c_ssrs, record_gad_7, record_phq_9
from stepwell_simulation.living.office import Answer, Office, Row
from stepwell_simulation.living.rows import patient_of

WEEK = timedelta(weeks=1)
PLANNED_FOR = 8 * WEEK
REVIEWED_BEFORE = timedelta(days=2)
#: Weeks after which all goals that are met at all are met.
GOALS_MET_AFTER = 6

#: Three groups, a workshop, and a visit of each other kind: 570 minutes in all five modalities.
MIX = (
    PrescribedSessionsBody(modality=Modality.GROUP_THERAPY, sessions=3, minutes=120),
    PrescribedSessionsBody(modality=Modality.EDUCATIONAL_WORKSHOP, sessions=1, minutes=60),
    PrescribedSessionsBody(modality=Modality.INDIVIDUAL_THERAPY, sessions=1, minutes=60),
    PrescribedSessionsBody(modality=Modality.FAMILY_THERAPY, sessions=1, minutes=60),
    PrescribedSessionsBody(modality=Modality.MEDICATION_MANAGEMENT, sessions=1, minutes=30),
)

GOALS = (PlanGoal.SESSIONS_ATTENDED, PlanGoal.REDUCED_USE, PlanGoal.RELAPSE_PREVENTION, PlanGoal.PEER_SUPPORT)

#: What a person says who ends a task by hand; of several it is drawn. Who must wait gets interim services
#: (45 CFR 96.126).
OUTCOMES: Mapping[TaskKind, tuple[str, ...]] = MappingProxyType(
    {
        TaskKind.WEEKLY_HOURS_SHORT: ("illness", "transport", "work", "family", "other"),
        TaskKind.UTILIZATION_REVIEW: ("care_continues",),
        TaskKind.SAFETY_DECISION: ("no_danger_seen", "no_danger_seen", "welfare_check_asked"),
        TaskKind.CASE_CONFERENCE: ("continue_outreach", "plan_changed"),
        TaskKind.ADMINISTRATIVE_REVIEW: ("continue_outreach", "discharge_recommended"),
        TaskKind.CLINICIAN_EVALUATION: ("no_danger_seen", "plan_changed"),
        TaskKind.PRESCRIBER_REVIEW: ("no_change", "medication_changed"),
        TaskKind.SAFETY_FOLLOW_UP: ("seen",),
        TaskKind.TREATMENT_VISIT: ("visited", "booked"),
        TaskKind.DISCHARGE_PLAN: ("drafted",),
        TaskKind.NEXT_LEVEL_APPOINTMENT: ("booked",),
        TaskKind.DISCHARGE_REVIEW: ("care_continues",),
        TaskKind.DOSE_REVIEW: ("dose_resumed",),
        TaskKind.INJECTION_OVERDUE: ("injection_booked", "not_reached"),
        TaskKind.DRUG_TEST_REVIEW: ("talked_with_patient",),
        TaskKind.DIVERSION_CHECK: ("counted_as_expected",),
        TaskKind.WEEK_PLAN_SHORT: ("no_place_available", "hours_agreed_lower"),
        TaskKind.VISIT_BOOKING: ("none_available",),
        TaskKind.CRISIS_REPLY: ("no_danger_seen",),
        TaskKind.INTERIM_SERVICES: ("provided",),
        TaskKind.LATE_FACT: ("noted",),
        TaskKind.ACTION_REJECTED: ("resolved",),
    }
)


def week_of_care(office: Office, case: Case) -> int:
    """Whole weeks since the admission."""
    return (office.now() - (case.admitted_at or office.now())) // WEEK


async def end_by_hand(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Somebody did what the task asks for and says how it came out."""
    case = patient_of(found, row)
    draws = case.profile.draws.of("outcome", row.row.kind, row.times)
    outcome = draws.choose(dict.fromkeys(OUTCOMES[TaskKind(row.row.kind)], 1.0))
    person = office.person(row.row.role)
    body = CompleteCareTask(outcome=outcome)
    await person.intake.complete_care_task(case.episode_id, row.subject_id, body, key=row.key())
    return None


async def sign_plan(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A plan is drafted with the patient and signed by both."""
    case = patient_of(found, row)
    intake, target = office.person(Role.COUNSELOR).intake, case.today(office.now()) + PLANNED_FOR
    goals = tuple(GoalBody(code=goal, target_on=target) for goal in GOALS)
    mix = MIX if office.house.plans_weeks and not case.stepped_down else ()
    minutes = {one.modality: one.sessions * one.minutes for one in mix} or {
        Modality.GROUP_THERAPY: office.house.minutes
    }
    drafted = await intake.draft_plan(
        case.episode_id, DraftPlan(goals=goals, minutes_per_week=minutes, mix=mix), key=row.key("draft")
    )
    now = office.now()
    signature = SignPlan(patient_signed_by=case.signer(now), patient_signed_on=case.today(now))
    await intake.sign_plan(case.episode_id, drafted.plan_id, signature, key=row.key())
    return None


async def review_plan(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Goals are met one after the other, as the weeks go by."""
    case = patient_of(found, row)
    intake = office.person(Role.COUNSELOR).intake
    signed = [plan for plan in (await intake.plans(case.episode_id)).plans if plan.state == "signed"]
    if not signed:
        return await sign_plan(office, case, row)
    share = min(week_of_care(office, case) / GOALS_MET_AFTER, 1.0)
    goals = [goal.code for goal in signed[0].goals]
    met = tuple(goals[: round(share * len(goals))])
    await intake.review_plan(case.episode_id, signed[0].plan_id, ReviewPlan(goals_met=met), key=row.key())
    return None


async def ask_payer(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The packet goes to the payer, who covers another month."""
    case = patient_of(found, row)
    await authorize_care(office, case, row.key())
    return None


async def measure(office: Office, found: Case | None, row: Row) -> datetime | None:
    """All instruments that come due in the course of care; a row does not say which one it is about."""
    case = patient_of(found, row)
    week, step = week_of_care(office, case), row.key()
    await record_c_ssrs(office, case, step)
    await record_phq_9(office, case, step, week=week)
    await record_gad_7(office, case, step, week=week)
    await record_audit_c(office, case, step)
    return None


async def call_out(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A call to somebody who stayed away; who has left for good does not answer."""
    case = patient_of(found, row)
    draws = case.profile.draws.of("outreach", row.times)
    body = RecordOutreach(channel=OutreachChannel.PHONE, reached=not case.away and draws.chance(REACHED_IN_CARE))
    person = office.person(row.row.role)
    await person.intake.record_outreach(case.episode_id, body, key=row.key())
    if not body.reached:
        tried = CompleteCareTask(outcome="not_reached")
        await person.intake.complete_care_task(case.episode_id, row.subject_id, tried, key=row.key("tried"))
    return None


async def review_level(office: Office, found: Case | None, row: Row) -> datetime | None:
    """Whether less care is enough is asked when the review comes due; as long as it is not, the level stays."""
    ready_at = row.row.due_at - REVIEWED_BEFORE
    if office.now() < ready_at:
        return office.working(ready_at)
    return await assess_again(office, found, row)


async def assess_again(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The level of care is looked at again, and stays."""
    case = patient_of(found, row)
    intake = office.person(Role.COUNSELOR).intake
    level = LevelOfCare.OUTPATIENT if case.stepped_down else LevelOfCare.INTENSIVE_OUTPATIENT
    reason = "clinical_judgement" if case.stepped_down else None
    body = Assess(ratings=RATINGS, decided=level, reason_code=reason)
    await intake.assess(case.episode_id, body, key=row.key())
    return None


async def dispose_of_crisis(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The clinician who saw the patient says how the crisis ended."""
    case = patient_of(found, row)
    intake = office.person(Role.COUNSELOR).intake
    for crisis in (await intake.crises(case.episode_id)).rows:
        if crisis.state == "open":
            body = CloseCrisis(
                disposition=CrisisDisposition.SAFETY_PLAN, note="Seen the same day; a safety plan is made."
            )
            await intake.close_crisis(case.episode_id, crisis.crisis_id, body, key=row.key(str(crisis.crisis_id)))
    return None


async def review_hold(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The patient comes back from a pause."""
    await end_hold(office, patient_of(found, row), row.key())
    return None


IN_CARE: Mapping[str, Answer] = MappingProxyType(
    {
        **dict.fromkeys(map(str, OUTCOMES), end_by_hand),
        TaskKind.PLAN_SIGNATURE: sign_plan,
        TaskKind.PLAN_REVIEW: review_plan,
        TaskKind.AUTHORIZATION_REVIEW: ask_payer,
        TaskKind.MEASURE_DUE: measure,
        TaskKind.OUTREACH_CALL: call_out,
        TaskKind.LEVEL_OF_CARE_REVIEW: assess_again,
        TaskKind.STEP_DOWN_REVIEW: review_level,
        TaskKind.CRISIS_DISPOSITION: dispose_of_crisis,
        TaskKind.HOLD_REVIEW: review_hold,
    }
)
