"""The deadline rules of a program as one document, which a journey reads at its start and at each phase border."""

from datetime import date

from stepwell_contracts.base import Value
from stepwell_kernel.codes import CareSignal, FollowUp, Instrument, RiskSignal, Role, TaskKind


class LadderStep(Value):
    """A step of the outreach after a missed session: a task that opens so long after the session's start.

    `until_return` tells that a contact alone does not end it, only the patient's return does.
    """

    after_minutes: int
    kind: TaskKind
    role: Role
    due_minutes: int
    until_return: bool = False


class MeasureCadence(Value):
    """How often an instrument is repeated, in days; absent where it is not."""

    instrument: Instrument
    treatment_days: int | None = None
    step_down_days: int | None = None


class Response(Value):
    """What a finding asks for: a task of a role, due after so many hours or business days of the facility."""

    trigger: FollowUp | RiskSignal | CareSignal
    kind: TaskKind
    role: Role
    due_hours: int | None = None
    due_business_days: int | None = None


class AftercareCheck(Value):
    """A follow-up so many days after the discharge: it can be made from `window_days` before to `window_days` after."""

    days: int
    window_days: int


class Deadlines(Value):
    """The deadlines in force for a program, each one a row of intake's rules.

    Days are calendar days unless said. `aftercare_checks` count from the discharge, `week_close_after_hours` from the
    end of the week, so that attendance of its last session can be recorded. `responses` answer screens and reports,
    `signal_responses` what the other services tell.
    """

    escalation_hours: int
    escalation_repeat_days: int

    referral_contact_business_days: int
    urgent_contact_hours: int
    intake_days: int
    urgent_intake_hours: int
    emergent_intake_hours: int
    pregnant_intake_hours: int
    injecting_intake_days: int
    interim_services_hours: int
    admission_days: int
    waitlist_review_days: int

    plan_signature_business_days: int
    plan_review_days: int
    authorization_review_business_days: int
    measures: tuple[MeasureCadence, ...]
    measure_grace_days: int

    week_close_after_hours: int
    short_week_task_hours: int
    level_review_after_short_weeks: int
    utilization_review_after_short_weeks: int
    ladder: tuple[LadderStep, ...]
    fast_ladder: tuple[LadderStep, ...]
    suicide_risk_days: int
    overdose_risk_days: int
    missed_dose_risk_days: int

    crisis_disposition_hours: int
    responses: tuple[Response, ...]
    signal_responses: tuple[Response, ...]

    skills_after_weeks: int
    consolidate_after_weeks: int
    step_down_review_weeks: int
    step_down_weeks: int
    discharge_plan_days_before: int
    next_level_days_before: int
    hold_review_days: int

    aftercare_checks: tuple[AftercareCheck, ...]
    aftercare_days: int


class JourneyPolicy(Deadlines):
    """The deadlines with zone and holidays of the facility; `version` names the rows that they came from."""

    version: str
    zone: str
    holidays: tuple[date, ...]
