"""The deadline rules of a program as one document, which a journey reads at its start and at each phase border."""

from datetime import date

from stepwell_contracts.base import Value
from stepwell_kernel.codes import Instrument, Role, TaskKind


class LadderStep(Value):
    """A step of the outreach after a missed session: a task that opens so long after the session's start."""

    after_minutes: int
    kind: TaskKind
    role: Role
    due_minutes: int


class MeasureCadence(Value):
    """How often an instrument is repeated, in days; absent where it is not."""

    instrument: Instrument
    treatment_days: int | None = None
    step_down_days: int | None = None


class Deadlines(Value):
    """The deadlines in force for a program, each one a row of intake's rules.

    Days are calendar days unless said. `aftercare_check_days` count from the discharge, `week_close_after_hours` from
    the end of the week, so that attendance of its last session can be recorded.
    """

    escalation_hours: int

    referral_contact_business_days: int
    urgent_contact_hours: int
    intake_days: int
    urgent_intake_hours: int
    pregnant_intake_hours: int
    injecting_intake_days: int
    admission_days: int
    waitlist_review_days: int

    plan_signature_business_days: int
    plan_review_days: int
    authorization_review_business_days: int
    measures: tuple[MeasureCadence, ...]

    week_close_after_hours: int
    short_week_task_hours: int
    level_review_after_short_weeks: int
    utilization_review_after_short_weeks: int
    ladder: tuple[LadderStep, ...]
    fast_ladder: tuple[LadderStep, ...]
    high_risk_days: int

    crisis_disposition_hours: int
    moderate_follow_up_hours: int
    lapse_contact_business_days: int
    level_review_hours: int
    overdose_contact_hours: int

    skills_after_weeks: int
    consolidate_after_weeks: int
    step_down_review_weeks: int
    step_down_weeks: int
    discharge_plan_days_before: int
    next_level_days_before: int
    hold_review_days: int

    aftercare_check_days: tuple[int, ...]
    aftercare_days: int


class JourneyPolicy(Deadlines):
    """The deadlines with zone and holidays of the facility; `version` names the rows that they came from."""

    version: str
    zone: str
    holidays: tuple[date, ...]
