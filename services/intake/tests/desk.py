"""Intake's desk in a test: the reference data that scheduling published, staff with tokens, and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import httpx2

from stepwell_contracts.activities import ActionKey
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished, StaffPublished
from stepwell_intake.activities.journey import IntakeActivities
from stepwell_intake.api.arrivals import arrivals_router
from stepwell_intake.api.authorizations import authorizations_router
from stepwell_intake.api.consents import consents_router
from stepwell_intake.api.decisions import decisions_router
from stepwell_intake.api.episodes import episodes_router
from stepwell_intake.api.plans import plans_router
from stepwell_intake.api.referrals import referrals_router
from stepwell_intake.api.screening import screening_router
from stepwell_intake.api.tasks import tasks_router
from stepwell_intake.api.worklist import worklist_router
from stepwell_intake.consumers.reference import HANDLERS
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_runtime.keys import KeyRing
from stepwell_testing.applications import MakeRouter
from stepwell_testing.edge import ServiceEdge, TestApp
from stepwell_testing.records import incoming

COORDINATOR, COUNSELOR, PRESCRIBER = new_id(), new_id(), new_id()
RATINGS = {f"dimension_{number}": rating for number, rating in enumerate((1, 1, 1, 2, 2, 2), 1)}

NO_RISK = {"instrument": "c_ssrs", "answers": {"item_1": 0, "item_2": 0, "item_6": 0}}


class Keys:
    """Keys of a test."""

    def field_keys(self) -> KeyRing:
        """Keys that wrap the data keys of patients."""
        return KeyRing("k1", {"k1": b"f" * 32})

    def payload_keys(self) -> KeyRing:
        """Keys of the workflow payload codec."""
        return KeyRing("p1", {"p1": b"p" * 32})

    def index_key(self) -> bytes:
        """The key of keyed hashes."""
        return b"i" * 32

    def session_key(self) -> bytes:
        """The key that signs what a browser brings back."""
        return b"s" * 32


IDENTITIES = Identities(Keys())
ROUTERS: Sequence[MakeRouter] = (
    partial(referrals_router, identities=IDENTITIES),
    partial(arrivals_router, identities=IDENTITIES),
    episodes_router,
    decisions_router,
    tasks_router,
    worklist_router,
    partial(screening_router, identities=IDENTITIES),
    partial(consents_router, identities=IDENTITIES),
    partial(authorizations_router, identities=IDENTITIES),
    plans_router,
)


@dataclass
class Desk:
    """The API with one facility of two programs."""

    edge: ServiceEdge
    app: TestApp
    activities: IntakeActivities
    facility: UUID
    intensive: UUID
    outpatient: UUID

    async def send(self, method: str, path: str, body: Any, role: Role, key: str | None = None) -> httpx2.Response:
        """A command of a member of staff, under a key of its own unless one is given."""
        staff = {Role.INTAKE_COORDINATOR: COORDINATOR, Role.COUNSELOR: COUNSELOR, Role.PRESCRIBER: PRESCRIBER}
        token = self.app.person(staff.get(role, new_id()), role)
        return await self.app.call(method, path, body, token=token, key=key or str(new_id()))

    def referral(self, **patient: Any) -> dict[str, Any]:
        """A referral; fields of the patient can be other ones."""
        person = {
            "given_name": "Robin",
            "family_name": "Marked",
            "born_on": "1990-05-17",
            "zone": "America/New_York",
            "email": "robin@example.org",
        }
        return {
            "facility_id": str(self.facility),
            "program_id": str(self.intensive),
            "source": "provider",
            "patient": person | patient,
        }

    def consent(self, **other: Any) -> dict[str, Any]:
        """A consent with every element."""
        return {
            "purpose": "treatment_payment_operations",
            "discloser": "North Center",
            "information": "treatment records",
            "recipients": ["treating providers"],
            "revocation_explained": True,
            "redisclosure_explained": True,
            "refusal_consequences_explained": True,
            "signed_by": "patient",
            "signed_on": "2026-03-02",
        } | other

    def authorization(self, **other: Any) -> dict[str, Any]:
        """Twelve days of the intensive level, approved for a month."""
        return {
            "reference": "AUTH-0042",
            "level": "2.1",
            "state": "approved",
            "units": 12,
            "unit_kind": "day",
            "covers_from": "2026-03-02",
            "covers_to": "2026-03-31",
        } | other

    def admission(self, minutes: int = 540) -> dict[str, Any]:
        """The decision to admit to the intensive program."""
        return {"program_id": str(self.intensive), "prescribed_minutes_per_week": minutes}

    async def referred(self, **patient: Any) -> tuple[UUID, UUID]:
        """Episode and patient of a new referral."""
        answer = await self.send("POST", "/v1/referrals", self.referral(**patient), Role.INTAKE_COORDINATOR)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["episode_id"]), UUID(answer.json()["patient_id"])

    async def assessed(self) -> tuple[UUID, UUID]:
        """Reached, and assessed for the intensive level."""
        episode, patient = await self.referred()
        path = f"/v1/episodes/{episode}"
        await self.send("POST", f"{path}/first-contact", {"spoke_with": "patient"}, Role.INTAKE_COORDINATOR)
        await self.send("POST", f"{path}/assessments", {"ratings": RATINGS, "decided": "2.1"}, Role.COUNSELOR)
        return episode, patient

    async def ready_to_admit(self) -> tuple[UUID, UUID]:
        """Assessed for the intensive level, with consent, a C-SSRS without risk, and the payer's word."""
        episode, patient = await self.assessed()
        path = f"/v1/episodes/{episode}"
        for part, body in (
            ("consents", self.consent()),
            ("screens", NO_RISK),
            ("authorizations", self.authorization()),
        ):
            role = Role.INTAKE_COORDINATOR if part == "authorizations" else Role.COUNSELOR
            answer = await self.send("POST", f"{path}/{part}", body, role)
            assert answer.status_code == 201, answer.text
        return episode, patient

    def key(self, episode: UUID, patient: UUID, index: int = 0) -> ActionKey:
        """The key of an action of the journey."""
        return ActionKey(
            tenant="riverbend",
            episode_id=episode,
            patient_id=patient,
            facility_id=self.facility,
            cause="test",
            index=index,
        )

    async def phase(self, episode: UUID) -> str:
        """Where the episode stands."""
        phase: str = await self.edge.value("select phase from episode where episode_id = $1", episode)
        return phase


async def open_desk(edge: ServiceEdge) -> Desk:
    """A desk whose reference data have arrived, twice as a consumer might deliver them."""
    facility, intensive, outpatient = new_id(), new_id(), new_id()
    published = (
        FacilityPublished(
            facility_id=facility,
            neutral_name="North Center",
            callback_number="+12025550100",
            zone="America/New_York",
            holidays=(),
        ),
        _program(intensive, facility, "IOP", "2.1", 540),
        _program(outpatient, facility, "OP", "1", 90),
        StaffPublished(staff_id=COUNSELOR, facility_id=facility, roles=("counselor",), credentials=("lpc",)),
    )
    now = datetime(2026, 3, 2, tzinfo=UTC)
    told = [incoming(event, key=f"x/{number}", at=now, version=number) for number, event in enumerate(published, 1)]
    for _ in range(2):
        async with edge.transactions(edge.person(Role.ADMINISTRATOR)) as tx:
            await Commands("intake", HANDLERS).handle(tx, told)
    app = edge.app(*ROUTERS)
    return Desk(edge, app, IntakeActivities(edge.transactions), facility, intensive, outpatient)


def _program(program: UUID, facility: UUID, kind: str, level: str, minutes: int) -> ProgramPublished:
    return ProgramPublished(
        program_id=program, facility_id=facility, program_type=kind, level_of_care=level, minutes_per_week=minutes
    )
