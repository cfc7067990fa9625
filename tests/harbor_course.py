"""A course of care with every decision that people can make, at the second tenant's center."""

from datetime import timedelta

from stepwell_contracts.http.intake import RecordAftercareContact
from stepwell_contracts.http.intake_clinical import ReportRisk
from stepwell_contracts.http.intake_decisions import (
    CompleteCareTask,
    DecideDecline,
    DecideDischarge,
    DecideHold,
    DecideResume,
    DecideStepDown,
    DecideStepUp,
    DecideTransfer,
    DecideWaitlist,
)
from stepwell_contracts.http.intake_legal import (
    DecideDisclosure,
    GrantConsent,
    RecordAuthorization,
    RecordOutreach,
    ReviewPlan,
    RevokeConsent,
)
from stepwell_contracts.http.intake_referrals import Readmit
from stepwell_kernel.codes import (
    AuthorizationState,
    DischargeReason,
    LevelOfCare,
    OutreachChannel,
    Phase,
    ReferralSource,
    RiskSignal,
)
from stepwell_kernel.legal_codes import (
    ConsentPurpose,
    InformationScope,
    Requester,
    RequestPurpose,
    UnitKind,
)
from stepwell_simulation import harborlight
from stepwell_simulation.story import Story
from tests.clinic import drop_out, task_comes
from tests.harbor import Harbor

CONSENT_DAYS = 3

STEP_DOWN = DecideStepDown(
    program_id=harborlight.OUTPATIENT_PROGRAM, prescribed_minutes_per_week=90, reason_code="clinical_judgement"
)


async def grant_for_days(harbor: Harbor, story: Story) -> None:
    """A consent that expires by itself."""
    consent = GrantConsent(
        purpose=ConsentPurpose.FAMILY,
        discloser="Harborlight Center",
        information="attendance",
        scope=(InformationScope.ATTENDANCE,),
        recipients=("Sister of the patient",),
        revocation_explained=True,
        expires_on=harbor.today() + timedelta(days=CONSENT_DAYS),
        signed_by="patient",
        signed_on=harbor.today(),
    )
    await harbor.lead.intake.grant_consent(story.episode_id, consent, key=story.key("for-days"))


async def disclose(harbor: Harbor, story: Story) -> None:
    """A disclosure by consent, which is then revoked."""
    request = DecideDisclosure(
        requester=Requester.EXTERNAL_PROVIDER,
        purpose=RequestPurpose.TREATMENT,
        scope=(InformationScope.MEDICATION,),
        recipient="Family practice",
    )
    intake = harbor.lead.intake
    decided = await intake.decide_disclosure(story.episode_id, request, key=story.key("disclosure"))
    assert decided.consent_id is not None
    revoked = RevokeConsent(revoked_by="patient", form="spoken")
    await intake.revoke_consent(story.episode_id, decided.consent_id, revoked, key=story.key("revoked"))


async def note_what_happens(harbor: Harbor, story: Story) -> None:
    """The payer answers, the plan is reviewed, somebody is called, a lapse is told of, a follow-up is done."""
    intake, today = harbor.lead.intake, harbor.today()
    authorization = RecordAuthorization(
        reference="A-1",
        level=LevelOfCare.INTENSIVE_OUTPATIENT,
        state=AuthorizationState.APPROVED,
        units=36,
        unit_kind=UnitKind.DAY,
        covers_from=today,
        covers_to=today + timedelta(days=60),
    )
    await intake.record_authorization(story.episode_id, authorization, key=story.key("payer"))
    (plan, *_) = (await intake.plans(story.episode_id)).plans
    await intake.review_plan(story.episode_id, plan.plan_id, ReviewPlan(goals_met=()), key=story.key("review"))
    called = RecordOutreach(channel=OutreachChannel.PHONE, reached=True)
    await intake.record_outreach(story.episode_id, called, key=story.key("called"))
    lapse = ReportRisk(signal=RiskSignal.LAPSE, happened_at=harbor.now() - timedelta(hours=1))
    await intake.report_risk(story.episode_id, lapse, key=story.key("lapse"))

    task = await task_comes(story, "safety_follow_up")
    done = CompleteCareTask(outcome="seen")
    await intake.complete_care_task(story.episode_id, task.task_id, done, key=story.key("task"))


async def decline(harbor: Harbor, story: Story) -> None:
    """Somebody decides against care."""
    await harbor.lead.intake.decide_decline(
        story.episode_id, DecideDecline(reason_code="declined_by_person"), key=story.key("decline")
    )
    await story.until(Phase.CLOSED)


async def wait_and_come_in(harbor: Harbor, story: Story) -> None:
    """Assessed, waitlisted, and admitted after all."""
    intake = harbor.lead.intake
    waitlist = DecideWaitlist(reason_code="no_seat")
    await intake.decide_waitlist(story.episode_id, waitlist, key=story.key("waitlist"))
    await story.until(Phase.WAITLISTED)
    await intake.decide_resume(story.episode_id, DecideResume(), key=story.key("place-found"))


async def go_through_all_levels(harbor: Harbor, story: Story) -> None:
    """Hold and back, down and up, to the other facility, out, a follow-up call, and back as a new episode."""
    intake = harbor.lead.intake
    await intake.decide_hold(story.episode_id, DecideHold(reason_code="medical"), key=story.key("pause"))
    await story.until(Phase.ON_HOLD)
    await intake.decide_resume(story.episode_id, DecideResume(), key=story.key("resume"))
    await story.until(Phase.TREATMENT)
    await intake.decide_step_down(story.episode_id, STEP_DOWN, key=story.key("down"))
    await story.until(Phase.STEP_DOWN)
    up = DecideStepUp(
        program_id=harborlight.INTENSIVE_PROGRAM, prescribed_minutes_per_week=harborlight.MINUTES_PER_WEEK
    )
    await intake.decide_step_up(story.episode_id, up, key=story.key("up"))
    await story.until(Phase.TREATMENT)
    await drop_out(story)
    called = RecordAftercareContact(reached=True)
    await intake.record_aftercare_contact(story.episode_id, called, key=story.key("aftercare"))
    back = Readmit(program_id=harborlight.INTENSIVE_PROGRAM, source=ReferralSource.SELF)
    await intake.readmit(story.episode_id, back, key=story.key("back"))


async def die_during_a_step_down(harbor: Harbor, story: Story) -> None:
    """Scheduling is away while a step-down is decided and the patient dies: it is undone, and the episode ends."""
    harbor.whole.supervisor.kill("scheduling")
    intake = harbor.lead.intake
    await intake.decide_step_down(story.episode_id, STEP_DOWN, key=story.key("down"))
    death = DecideDischarge(reason=DischargeReason.DEATH, last_contact_on=harbor.today())
    await intake.decide_discharge(story.episode_id, death, key=story.key("death"))
    await story.until(Phase.CLOSED)


async def move_away(harbor: Harbor, story: Story) -> None:
    """The patient goes on at the other place."""
    transfer = DecideTransfer(
        facility_id=harborlight.NORTH,
        program_id=harborlight.NORTH_INTENSIVE_PROGRAM,
        prescribed_minutes_per_week=harborlight.MINUTES_PER_WEEK,
        reason_code="moved",
    )
    await harbor.lead.intake.decide_transfer(story.episode_id, transfer, key=story.key("transfer"))
