"""What can be done in intake, and who may do it."""

from uuid import UUID

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Forbidden

DESK = frozenset({Role.INTAKE_COORDINATOR, Role.COUNSELOR})
CLINICIANS = frozenset({Role.COUNSELOR, Role.PRESCRIBER})
SCREENERS = DESK | CLINICIANS | {Role.NURSE, Role.SUPERVISOR}
CARE_TEAM = frozenset(
    {
        Role.INTAKE_COORDINATOR,
        Role.COUNSELOR,
        Role.SCHEDULER,
        Role.PRESCRIBER,
        Role.NURSE,
        Role.SUPERVISOR,
    }
)
#: Whoever a care task can be for; what stays overdue comes to the administrator.
TASK_HOLDERS = CARE_TEAM | {Role.UTILIZATION_REVIEWER, Role.ADMINISTRATOR}

RECEIVE_REFERRAL = Action("intake.receive_referral", people=frozenset({Role.INTAKE_COORDINATOR}))
READMIT = Action("intake.readmit", people=frozenset({Role.INTAKE_COORDINATOR}))
RECORD_FIRST_CONTACT = Action("intake.record_first_contact", people=DESK)
SET_CONTACT_PERMISSION = Action("intake.set_contact_permission", people=DESK)
GRANT_CONSENT = Action("intake.grant_consent", people=DESK)
#: A revocation counts from its receipt, so whoever receives it records it.
REVOKE_CONSENT = Action("intake.revoke_consent", people=CARE_TEAM)
EXPIRE_CONSENT = Action("intake.expire_consent", duty=True)
DECIDE_DISCLOSURE = Action("intake.decide_disclosure", people=CARE_TEAM | {Role.UTILIZATION_REVIEWER})
READ_DISCLOSURES = Action("intake.read_disclosures", people=DESK | {Role.SUPERVISOR, Role.ADMINISTRATOR})
RECORD_AUTHORIZATION = Action(
    "intake.record_authorization",
    people=frozenset({Role.UTILIZATION_REVIEWER, Role.INTAKE_COORDINATOR, Role.SUPERVISOR}),
)
READ_AUTHORIZATIONS = Action("intake.read_authorizations", people=CARE_TEAM | {Role.UTILIZATION_REVIEWER})
READ_ADMISSION_GATE = Action("intake.read_admission_gate", people=CARE_TEAM | {Role.UTILIZATION_REVIEWER})
DRAFT_PLAN = Action("intake.draft_plan", people=CLINICIANS)
SIGN_PLAN = Action("intake.sign_plan", people=CLINICIANS)
REVIEW_PLAN = Action("intake.review_plan", people=CLINICIANS)
READ_PLANS = Action("intake.read_plans", people=CARE_TEAM | {Role.UTILIZATION_REVIEWER})
RECORD_OUTREACH = Action("intake.record_outreach", people=CARE_TEAM)
#: Whoever of the team sees danger says so; how it ended is for licensed clinicians to say.
RECORD_SCREEN = Action("intake.record_screen", people=SCREENERS)
READ_SCREENS = Action("intake.read_screens", people=SCREENERS)
RAISE_CRISIS = Action("intake.raise_crisis", people=CARE_TEAM)
CLOSE_CRISIS = Action("intake.close_crisis", people=CLINICIANS | {Role.SUPERVISOR})
READ_CRISES = Action("intake.read_crises", people=CARE_TEAM)
REPORT_RISK = Action("intake.report_risk", people=SCREENERS)
ASSESS = Action("intake.assess", people=CLINICIANS)
DECIDE_ADMISSION = Action("intake.decide_admission", people=CLINICIANS)
#: Somebody who is not reached, or does not want care, is for the desk to decline; a clinical reason is a clinician's.
DECIDE_DECLINE = Action("intake.decide_decline", people=DESK | CLINICIANS)
STATE_CLINICAL_REASON = Action("intake.state_clinical_reason", people=CLINICIANS)
DECIDE_WAITLIST = Action("intake.decide_waitlist", people=DESK | CLINICIANS)
DECIDE_HOLD = Action("intake.decide_hold", people=CLINICIANS)
#: The desk ends a wait, a clinician ends a hold.
DECIDE_RESUME = Action("intake.decide_resume", people=DESK | CLINICIANS)
RESUME_CARE = Action("intake.resume_care", people=CLINICIANS)
DECIDE_STEP_UP = Action("intake.decide_step_up", people=CLINICIANS)
DECIDE_TRANSFER = Action("intake.decide_transfer", people=CLINICIANS)
READ_STEP_DOWN_CRITERIA = Action("intake.read_step_down_criteria", people=CARE_TEAM | {Role.UTILIZATION_REVIEWER})
COMPLETE_CARE_TASK = Action("intake.complete_care_task", people=TASK_HOLDERS)
DECIDE_STEP_DOWN = Action("intake.decide_step_down", people=CLINICIANS)
DECIDE_DISCHARGE = Action("intake.decide_discharge", people=CLINICIANS)
RECORD_AFTERCARE_CONTACT = Action("intake.record_aftercare_contact", people=DESK | {Role.NURSE})
READ_EPISODE = Action(
    "intake.read_episode", people=TASK_HOLDERS | {Role.OPERATIONS}, services=frozenset({"operations"})
)
READ_WORKLIST = Action("intake.read_worklist", people=TASK_HOLDERS, services=frozenset({"operations"}))
#: Birth date for the age on the day of a decision; the reader sees the band only.
READ_IDENTITY = Action("intake.read_identity", people=CLINICIANS | {Role.INTAKE_COORDINATOR})
RESOLVE_CONTACT_POINT = Action("intake.resolve_contact_point", services=frozenset({"notifications"}))

READ_POLICY = Action("intake.read_policy", journey=True)
OPEN_CARE_TASK = Action("intake.open_care_task", journey=True)
ESCALATE_CARE_TASK = Action("intake.escalate_care_task", journey=True)
CLOSE_CARE_TASK = Action("intake.close_care_task", journey=True)
CHANGE_PHASE = Action("intake.change_phase", journey=True)


def override_placement(role: Role) -> Action:
    """To decide for less care than recommended, where the rule names who may."""
    return Action("intake.override_placement", people=frozenset({role}))


def disclosure_review(role: Role) -> Action:
    """To look at a decision about records afterwards, as the role that the rule names."""
    return Action("intake.review_disclosure", people=frozenset({role}))


def care_task_of(role: Role, escalated_to: Role | None) -> Action:
    """To end a task: whom it concerns, whom it was escalated to, and a supervisor for everyone."""
    others = () if escalated_to is None else (escalated_to,)
    return Action("intake.end_care_task", people=frozenset({role, *others, Role.SUPERVISOR}))


def staff_of(caller: Caller) -> UUID:
    """The member of staff who acts; Forbidden (`staff_only`) for a caller who is none."""
    if caller.staff_id is None:
        raise Forbidden("staff_only", "only a member of staff can do this")
    return caller.staff_id
