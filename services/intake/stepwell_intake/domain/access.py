"""What can be done in intake, and who may do it."""

from uuid import UUID

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Forbidden

DESK = frozenset({Role.INTAKE_COORDINATOR, Role.COUNSELOR})
CLINICIANS = frozenset({Role.COUNSELOR, Role.PRESCRIBER})
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

RECEIVE_REFERRAL = Action("intake.receive_referral", people=frozenset({Role.INTAKE_COORDINATOR}))
RECORD_FIRST_CONTACT = Action("intake.record_first_contact", people=DESK)
SET_CONTACT_PERMISSION = Action("intake.set_contact_permission", people=DESK)
GRANT_CONSENT = Action("intake.grant_consent", people=DESK)
ASSESS = Action("intake.assess", people=CLINICIANS)
DECIDE_ADMISSION = Action("intake.decide_admission", people=CLINICIANS)
DECIDE_STEP_DOWN = Action("intake.decide_step_down", people=CLINICIANS)
DECIDE_DISCHARGE = Action("intake.decide_discharge", people=CLINICIANS)
RECORD_AFTERCARE_CONTACT = Action("intake.record_aftercare_contact", people=DESK | {Role.NURSE})
READ_EPISODE = Action("intake.read_episode", people=CARE_TEAM | {Role.OPERATIONS}, services=frozenset({"operations"}))
READ_WORKLIST = Action("intake.read_worklist", people=CARE_TEAM, services=frozenset({"operations"}))
#: Birth date for the age on the day of a decision; the reader sees the band only.
READ_IDENTITY = Action("intake.read_identity", people=CLINICIANS)
RESOLVE_CONTACT_POINT = Action("intake.resolve_contact_point", services=frozenset({"notifications"}))

READ_POLICY = Action("intake.read_policy", journey=True)
OPEN_CARE_TASK = Action("intake.open_care_task", journey=True)
ESCALATE_CARE_TASK = Action("intake.escalate_care_task", journey=True)
CLOSE_CARE_TASK = Action("intake.close_care_task", journey=True)
CHANGE_PHASE = Action("intake.change_phase", journey=True)


def override_placement(role: Role) -> Action:
    """To decide for less care than recommended, where the rule names who may."""
    return Action("intake.override_placement", people=frozenset({role}))


def staff_of(caller: Caller) -> UUID:
    """The member of staff who acts; Forbidden (`staff_only`) for a caller who is none."""
    if caller.staff_id is None:
        raise Forbidden("staff_only", "only a member of staff can do this")
    return caller.staff_id
