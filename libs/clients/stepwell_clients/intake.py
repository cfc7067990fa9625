"""The client of intake."""

from datetime import datetime
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_clients.worklist import read_worklist
from stepwell_contracts.http.common import Worklist
from stepwell_contracts.http.intake import (
    AftercareContact,
    Assess,
    Assessed,
    ContactPermission,
    ContactPoint,
    EpisodeOpened,
    EpisodeView,
    ReceiveReferral,
    RecordAftercareContact,
    RecordFirstContact,
    ResolveContactPoint,
    SetContactPermission,
)
from stepwell_contracts.http.intake_clinical import (
    CloseCrisis,
    Crises,
    CrisisDisposed,
    CrisisRecord,
    RaiseCrisis,
    RaisedCrisis,
    RecordScreen,
    ReportRisk,
    RiskNoted,
    Screens,
    ScreenScored,
)
from stepwell_contracts.http.intake_decisions import (
    CareTaskDone,
    CompleteCareTask,
    DecideAdmission,
    DecideDecline,
    DecideDischarge,
    DecideHold,
    DecideResume,
    DecideStepDown,
    DecideStepUp,
    DecideTransfer,
    DecideWaitlist,
    DecisionList,
    DecisionRecorded,
    StepDownCriteria,
)
from stepwell_contracts.http.intake_legal import (
    AdmissionGate,
    AuthorizationList,
    AuthorizationRecord,
    ConsentRecorded,
    ConsentRevocation,
    DecideDisclosure,
    DisclosureAccounting,
    DisclosureDecision,
    DisclosureReviewed,
    DraftPlan,
    GrantConsent,
    OutreachNoted,
    PlanList,
    PlanRecorded,
    PlanReview,
    RecordAuthorization,
    RecordOutreach,
    ReviewDisclosure,
    ReviewPlan,
    RevokeConsent,
    SignPlan,
)
from stepwell_contracts.http.intake_referrals import BundleReceived, FhirBundle, Readmit
from stepwell_kernel.codes import Channel, ReferralSource, Role


class IntakeClient:
    """Calls of intake's API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def receive_referral(self, body: ReceiveReferral, *, key: str) -> EpisodeOpened:
        """Refer somebody."""
        return await self._transport.send("POST", "/v1/referrals", body, EpisodeOpened, key=key)

    async def receive_bundle(
        self, facility_id: UUID, program_id: UUID, bundle: FhirBundle, *, key: str, source: ReferralSource | None = None
    ) -> BundleReceived:
        """Refer somebody by a bundle of FHIR R4."""
        query = {"facility": str(facility_id), "program": str(program_id)}
        if source is not None:
            query["source"] = source.value
        return await self._transport.send("POST", "/v1/referrals/fhir", bundle, BundleReceived, key=key, query=query)

    async def readmit(self, episode_id: UUID, body: Readmit, *, key: str) -> EpisodeOpened:
        """The patient of an episode comes back."""
        path = path_of("/v1/episodes/{}/readmission", episode_id)
        return await self._transport.send("POST", path, body, EpisodeOpened, key=key)

    async def episode(self, episode_id: UUID) -> EpisodeView:
        """An episode."""
        return await self._transport.get(path_of("/v1/episodes/{}", episode_id), EpisodeView)

    async def record_first_contact(self, episode_id: UUID, body: RecordFirstContact, *, key: str) -> EpisodeOpened:
        """The referred person was reached."""
        path = path_of("/v1/episodes/{}/first-contact", episode_id)
        return await self._transport.send("POST", path, body, EpisodeOpened, key=key)

    async def set_contact_permission(
        self, patient_id: UUID, channel: Channel, body: SetContactPermission, *, key: str
    ) -> ContactPermission:
        """Allow or withdraw contact through a channel."""
        path = path_of("/v1/patients/{}/contact-permissions/{}", patient_id, channel)
        return await self._transport.send("PUT", path, body, ContactPermission, key=key)

    async def assess(self, episode_id: UUID, body: Assess, *, key: str) -> Assessed:
        """Rate and decide the level of care."""
        path = path_of("/v1/episodes/{}/assessments", episode_id)
        return await self._transport.send("POST", path, body, Assessed, key=key)

    async def grant_consent(self, episode_id: UUID, body: GrantConsent, *, key: str) -> ConsentRecorded:
        """Record a consent."""
        path = path_of("/v1/episodes/{}/consents", episode_id)
        return await self._transport.send("POST", path, body, ConsentRecorded, key=key)

    async def revoke_consent(
        self, episode_id: UUID, consent_id: UUID, body: RevokeConsent, *, key: str
    ) -> ConsentRevocation:
        """The patient takes a consent back."""
        path = path_of("/v1/episodes/{}/consents/{}/revocation", episode_id, consent_id)
        return await self._transport.send("POST", path, body, ConsentRevocation, key=key)

    async def decide_disclosure(self, episode_id: UUID, body: DecideDisclosure, *, key: str) -> DisclosureDecision:
        """Whether somebody gets records; a denial is an answer."""
        path = path_of("/v1/episodes/{}/disclosures", episode_id)
        return await self._transport.send("POST", path, body, DisclosureDecision, key=key)

    async def disclosures(self, episode_id: UUID) -> DisclosureAccounting:
        """The accounting of disclosures."""
        return await self._transport.get(path_of("/v1/episodes/{}/disclosures", episode_id), DisclosureAccounting)

    async def review_disclosure(
        self, episode_id: UUID, disclosure_id: UUID, body: ReviewDisclosure, *, key: str
    ) -> DisclosureReviewed:
        """Look at a decision about records afterwards."""
        path = path_of("/v1/episodes/{}/disclosures/{}/review", episode_id, disclosure_id)
        return await self._transport.send("POST", path, body, DisclosureReviewed, key=key)

    async def record_authorization(
        self, episode_id: UUID, body: RecordAuthorization, *, key: str
    ) -> AuthorizationRecord:
        """What a payer answered."""
        path = path_of("/v1/episodes/{}/authorizations", episode_id)
        return await self._transport.send("POST", path, body, AuthorizationRecord, key=key)

    async def authorizations(self, episode_id: UUID) -> AuthorizationList:
        """What the payers authorized, as it stands today."""
        return await self._transport.get(path_of("/v1/episodes/{}/authorizations", episode_id), AuthorizationList)

    async def admission_gate(
        self, episode_id: UUID, program_id: UUID, prescribed_minutes_per_week: int
    ) -> AdmissionGate:
        """What is missing at the admission gate."""
        query = {"program_id": str(program_id), "prescribed_minutes_per_week": str(prescribed_minutes_per_week)}
        path = path_of("/v1/episodes/{}/admission-gate", episode_id)
        return await self._transport.get(path, AdmissionGate, query=query)

    async def draft_plan(self, episode_id: UUID, body: DraftPlan, *, key: str) -> PlanRecorded:
        """Draft a treatment plan."""
        path = path_of("/v1/episodes/{}/plans", episode_id)
        return await self._transport.send("POST", path, body, PlanRecorded, key=key)

    async def plans(self, episode_id: UUID) -> PlanList:
        """The plans of an episode, the newest first."""
        return await self._transport.get(path_of("/v1/episodes/{}/plans", episode_id), PlanList)

    async def sign_plan(self, episode_id: UUID, plan_id: UUID, body: SignPlan, *, key: str) -> PlanRecorded:
        """Clinician and patient signed."""
        path = path_of("/v1/episodes/{}/plans/{}/signature", episode_id, plan_id)
        return await self._transport.send("POST", path, body, PlanRecorded, key=key)

    async def review_plan(self, episode_id: UUID, plan_id: UUID, body: ReviewPlan, *, key: str) -> PlanReview:
        """Which goals are met."""
        path = path_of("/v1/episodes/{}/plans/{}/reviews", episode_id, plan_id)
        return await self._transport.send("POST", path, body, PlanReview, key=key)

    async def record_outreach(self, episode_id: UUID, body: RecordOutreach, *, key: str) -> OutreachNoted:
        """An attempt to reach a patient who stayed away."""
        path = path_of("/v1/episodes/{}/outreach", episode_id)
        return await self._transport.send("POST", path, body, OutreachNoted, key=key)

    async def record_screen(self, episode_id: UUID, body: RecordScreen, *, key: str) -> ScreenScored:
        """Score an instrument; the answer names a crisis with its steps where there is one."""
        path = path_of("/v1/episodes/{}/screens", episode_id)
        return await self._transport.send("POST", path, body, ScreenScored, key=key)

    async def screens(self, episode_id: UUID) -> Screens:
        """What was filled in, the newest first."""
        return await self._transport.get(path_of("/v1/episodes/{}/screens", episode_id), Screens)

    async def raise_crisis(self, episode_id: UUID, body: RaiseCrisis, *, key: str) -> RaisedCrisis:
        """Somebody is in danger, or is now somewhere else."""
        path = path_of("/v1/episodes/{}/crises", episode_id)
        return await self._transport.send("POST", path, body, RaisedCrisis, key=key)

    async def crises(self, episode_id: UUID) -> Crises:
        """The crises of an episode, the newest first."""
        return await self._transport.get(path_of("/v1/episodes/{}/crises", episode_id), Crises)

    async def crisis(self, episode_id: UUID, crisis_id: UUID) -> CrisisRecord:
        """A crisis with what staff wrote."""
        return await self._transport.get(path_of("/v1/episodes/{}/crises/{}", episode_id, crisis_id), CrisisRecord)

    async def close_crisis(self, episode_id: UUID, crisis_id: UUID, body: CloseCrisis, *, key: str) -> CrisisDisposed:
        """A crisis ended."""
        path = path_of("/v1/episodes/{}/crises/{}/disposition", episode_id, crisis_id)
        return await self._transport.send("POST", path, body, CrisisDisposed, key=key)

    async def report_risk(self, episode_id: UUID, body: ReportRisk, *, key: str) -> RiskNoted:
        """Something happened that the team must answer."""
        path = path_of("/v1/episodes/{}/risk-reports", episode_id)
        return await self._transport.send("POST", path, body, RiskNoted, key=key)

    async def decide_admission(self, episode_id: UUID, body: DecideAdmission, *, key: str) -> DecisionRecorded:
        """Admit."""
        path = path_of("/v1/episodes/{}/admission", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_decline(self, episode_id: UUID, body: DecideDecline, *, key: str) -> DecisionRecorded:
        """No care here."""
        path = path_of("/v1/episodes/{}/decline", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_waitlist(self, episode_id: UUID, body: DecideWaitlist, *, key: str) -> DecisionRecorded:
        """Wait for a seat."""
        path = path_of("/v1/episodes/{}/waitlist", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_hold(self, episode_id: UUID, body: DecideHold, *, key: str) -> DecisionRecorded:
        """Care pauses."""
        path = path_of("/v1/episodes/{}/hold", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_resume(self, episode_id: UUID, body: DecideResume, *, key: str) -> DecisionRecorded:
        """Care goes on, or a wait is over."""
        path = path_of("/v1/episodes/{}/resume", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_step_up(self, episode_id: UUID, body: DecideStepUp, *, key: str) -> DecisionRecorded:
        """Back to intensive treatment."""
        path = path_of("/v1/episodes/{}/step-up", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_transfer(self, episode_id: UUID, body: DecideTransfer, *, key: str) -> DecisionRecorded:
        """To another facility."""
        path = path_of("/v1/episodes/{}/transfer", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decisions(self, episode_id: UUID) -> DecisionList:
        """The decisions of an episode, the newest first."""
        return await self._transport.get(path_of("/v1/episodes/{}/decisions", episode_id), DecisionList)

    async def step_down_criteria(self, episode_id: UUID) -> StepDownCriteria:
        """How the step-down criteria stand."""
        path = path_of("/v1/episodes/{}/step-down-criteria", episode_id)
        return await self._transport.get(path, StepDownCriteria)

    async def complete_care_task(
        self, episode_id: UUID, task_id: UUID, body: CompleteCareTask, *, key: str
    ) -> CareTaskDone:
        """A task is done."""
        path = path_of("/v1/episodes/{}/tasks/{}/completion", episode_id, task_id)
        return await self._transport.send("POST", path, body, CareTaskDone, key=key)

    async def decide_step_down(self, episode_id: UUID, body: DecideStepDown, *, key: str) -> DecisionRecorded:
        """Step down."""
        path = path_of("/v1/episodes/{}/step-down", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def decide_discharge(self, episode_id: UUID, body: DecideDischarge, *, key: str) -> DecisionRecorded:
        """Discharge."""
        path = path_of("/v1/episodes/{}/discharge", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

    async def record_aftercare_contact(
        self, episode_id: UUID, body: RecordAftercareContact, *, key: str
    ) -> AftercareContact:
        """A follow-up call."""
        path = path_of("/v1/episodes/{}/aftercare-contacts", episode_id)
        return await self._transport.send("POST", path, body, AftercareContact, key=key)

    async def resolve_contact_point(self, tenant: str, body: ResolveContactPoint) -> ContactPoint:
        """How to reach a patient now; a service asks for a tenant."""
        return await self._transport.send(
            "POST", "/v1/contact-points/resolve", body, ContactPoint, key=None, tenant=tenant
        )

    async def worklist(
        self, facility_id: UUID, role: Role | None, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
