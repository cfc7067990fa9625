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
    ConsentRecorded,
    ContactPermission,
    ContactPoint,
    DecideAdmission,
    DecideDischarge,
    DecideStepDown,
    DecisionRecorded,
    EpisodeOpened,
    EpisodeView,
    GrantConsent,
    ReceiveReferral,
    RecordAftercareContact,
    RecordFirstContact,
    ResolveContactPoint,
    SetContactPermission,
)
from stepwell_kernel.codes import Channel, Role


class IntakeClient:
    """Calls of intake's API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def receive_referral(self, body: ReceiveReferral, *, key: str) -> EpisodeOpened:
        """Refer somebody."""
        return await self._transport.send("POST", "/v1/referrals", body, EpisodeOpened, key=key)

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

    async def decide_admission(self, episode_id: UUID, body: DecideAdmission, *, key: str) -> DecisionRecorded:
        """Admit."""
        path = path_of("/v1/episodes/{}/admission", episode_id)
        return await self._transport.send("POST", path, body, DecisionRecorded, key=key)

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
        self, facility_id: UUID, role: Role, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
