"""Clinical and legal facts: what they ask of somebody, and what they show to be done."""

from stepwell_contracts.events import intake, intake_clinical as clinical
from stepwell_kernel.codes import AuthorizationState, FollowUp, Instrument, RiskSignal, SuicideRisk, TaskKind
from stepwell_workflows.journey.care import authorization, ladder, measures, plan, responses, weeks
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact
from stepwell_workflows.journey.obligations import DONE_BY_LEAVING, IN_CARE, ObligationKind
from stepwell_workflows.journey.phases import before_care, ending, in_care

DANGEROUS = frozenset({SuicideRisk.MODERATE, SuicideRisk.HIGH})


def on_screen_recorded(draft: Draft, fact: Fact, event: clinical.ScreenRecorded) -> None:
    """A measure is done, and its score may ask for something."""
    del fact
    measures.filled_in(draft, event.instrument)
    if event.instrument is Instrument.C_SSRS:
        draft.settle(responses.key(FollowUp.C_SSRS_SAME_VISIT, TaskKind.MEASURE_DUE), "done")
    if event.suicide_risk in DANGEROUS:
        draft.learn(suicide_risk_at=draft.now)
        ladder.risk_has_risen(draft)
    for follow_up in event.follow_ups:
        responses.respond(draft, follow_up)


def on_risk_reported(draft: Draft, fact: Fact, event: clinical.RiskReported) -> None:
    """The team answers within a set time; a lapse alone changes nothing else."""
    del fact
    if event.signal is RiskSignal.OVERDOSE:
        former = draft.state.clinical.overdose_at
        draft.learn(overdose_at=max(event.happened_at, former) if former else event.happened_at)
        ladder.risk_has_risen(draft)
    responses.respond(draft, event.signal)


def on_crisis_raised(draft: Draft, fact: Fact, event: clinical.CrisisRaised) -> None:
    """Notifications pages on its own; the journey sees to it that the crisis ends with a disposition."""
    del fact
    draft.learn(suicide_risk_at=draft.now)
    ladder.risk_has_risen(draft)
    responses.crisis_raised(draft, event.crisis_id)


def on_crisis_closed(draft: Draft, fact: Fact, event: clinical.CrisisClosed) -> None:
    """The disposition is recorded; the patient is seen again within days."""
    del fact
    responses.crisis_closed(draft, event.crisis_id)
    responses.respond(draft, FollowUp.SAFETY_FOLLOW_UP)


def on_authorization_recorded(draft: Draft, fact: Fact, event: clinical.AuthorizationRecorded) -> None:
    """What the payer answered."""
    del fact
    match event.state:
        case AuthorizationState.APPROVED:
            authorization.approved(draft, event.covers_to)
        case AuthorizationState.DENIED:
            authorization.denied(draft)
        case AuthorizationState.PENDED:
            return


def on_plan_signed(draft: Draft, fact: Fact, event: clinical.PlanSigned) -> None:
    """A plan is in force; its mix is to be met from the running week on."""
    del event
    plan.signed(draft)
    if draft.state.phase in IN_CARE:
        weeks.plan(draft, fact.envelope.version)


def on_plan_reviewed(draft: Draft, fact: Fact, event: clinical.PlanReviewed) -> None:
    """The plan was looked at."""
    del fact, event
    plan.reviewed(draft)
    responses.answered(draft, TaskKind.PLAN_REVIEW)


def on_outreach_recorded(draft: Draft, fact: Fact, event: clinical.OutreachRecorded) -> None:
    """An attempt that reached nobody leaves its task open."""
    del fact
    if event.reached:
        ladder.reached(draft)
        responses.answered(draft, TaskKind.OUTREACH_CALL)


def on_aftercare_contact(draft: Draft, fact: Fact, event: intake.AftercareContactRecorded) -> None:
    """A follow-up call; one that reached nobody leaves the task open."""
    del fact
    if event.reached:
        ending.reached(draft)


def on_task_completed(draft: Draft, fact: Fact, event: clinical.CareTaskCompleted) -> None:
    """A person did what a task asked for; what the phase waits for comes back while the episode stays in it."""
    del fact
    obligation = draft.task(event.task_id)
    if obligation is None:
        return
    draft.drop(obligation.key)
    match obligation.kind:
        case ObligationKind.WAITLIST_REVIEW:
            before_care.oblige_waitlist_review(draft)
        case ObligationKind.HOLD_REVIEW:
            in_care.oblige_hold_review(draft)
        case ObligationKind.STEP_DOWN_REVIEW:
            in_care.oblige_step_down_review(draft)
        case ObligationKind.DISCHARGE_REVIEW:
            in_care.oblige_discharge_review(draft)
        case kind if kind in DONE_BY_LEAVING:
            draft.oblige(kind, obligation.key, draft.escalation_due())
        case _:
            return
