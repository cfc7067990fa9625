"""An episode in care at the desk of a test: what people decide about it, and how its journey carries that out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from services.intake.tests.desk import Desk
from stepwell_contracts.activities import ActionResult, ChangePhase, OpenCareTask
from stepwell_contracts.events.scheduling import FacilityPublished, ProgramPublished
from stepwell_intake.consumers.reference import HANDLERS
from stepwell_kernel.codes import Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_testing.records import incoming

#: Everything that a planned discharge states.
COMPLETED: dict[str, Any] = {
    "reason": 1,
    "last_contact_on": "2026-03-02",
    "level_at_discharge": "1",
    "outcomes": {
        "substance_use": "none",
        "employment": "part_time",
        "arrests": "none",
        "living_arrangement": "independent",
        "self_help": "four_to_seven",
    },
    "referrals": ["mutual_help"],
    "medication_continued": True,
}


@dataclass
class Course:
    """An episode with its journey; each of the journey's actions is asked for twice."""

    desk: Desk
    episode: UUID
    patient: UUID
    actions: int = 0

    @property
    def path(self) -> str:
        """Where the episode lies in the API."""
        return f"/v1/episodes/{self.episode}"

    async def decide(
        self, what: str, body: Any, role: Role = Role.COUNSELOR, key: str | None = None
    ) -> httpx2.Response:
        """Somebody decides."""
        return await self.desk.send("POST", f"{self.path}/{what}", body, role, key)

    async def decided(self, what: str, body: Any, role: Role = Role.COUNSELOR) -> None:
        """Somebody decides, and may."""
        answer = await self.decide(what, body, role)
        assert answer.status_code == 201, answer.text

    async def carry_out(self, expected: Phase, to: Phase, **terms: Any) -> ActionResult:
        """The journey moves the episode."""
        self.actions += 1
        message = ChangePhase(
            key=self.desk.key(self.episode, self.patient, self.actions), expected=expected, to=to, **terms
        )
        result = await self.desk.activities.change_phase(message)
        if result.accepted:
            assert await self.desk.activities.change_phase(message) == result
        return result

    async def moved(self, expected: Phase, to: Phase, **terms: Any) -> None:
        """The journey moves the episode, and may."""
        result = await self.carry_out(expected, to, **terms)
        assert result.accepted, result.code

    async def task(self, kind: TaskKind, role: Role = Role.COUNSELOR) -> UUID:
        """The journey opens a care task."""
        self.actions += 1
        message = OpenCareTask(
            key=self.desk.key(self.episode, self.patient, self.actions),
            task_id=new_id(),
            kind=kind,
            role=role,
            due_at=self.desk.edge.clock.now(),
        )
        assert (await self.desk.activities.open_care_task(message)).accepted
        return message.task_id

    def step_down(self, **other: Any) -> dict[str, Any]:
        """The decision for the outpatient program, against criteria of which nothing is on record."""
        return {
            "program_id": str(self.desk.outpatient),
            "prescribed_minutes_per_week": 90,
            "reason_code": "clinical_judgement",
        } | other

    def program(self) -> dict[str, Any]:
        """The intensive program, at its least hours."""
        return {"program_id": str(self.desk.intensive), "prescribed_minutes_per_week": 540}

    async def row(self) -> dict[str, Any]:
        """The episode's row."""
        (row,) = await self.desk.edge.rows("select * from episode where episode_id = $1", self.episode)
        return dict(row)


async def ready(desk: Desk) -> Course:
    """An episode at the gate, with nothing missing."""
    return Course(desk, *await desk.ready_to_admit())


async def in_treatment(desk: Desk) -> Course:
    """An episode that was admitted."""
    course = await ready(desk)
    await course.decided("admission", desk.admission())
    await course.moved(Phase.ADMISSION, Phase.TREATMENT, part=TreatmentPart.STABILIZE, **desk.admission())
    return course


async def in_step_down(desk: Desk) -> Course:
    """An episode that was stepped down."""
    course = await in_treatment(desk)
    await course.decided("step-down", course.step_down())
    await course.moved(Phase.TREATMENT, Phase.STEP_DOWN, program_id=desk.outpatient, prescribed_minutes_per_week=90)
    return course


async def in_aftercare(desk: Desk) -> Course:
    """An episode that was discharged from step-down."""
    course = await in_step_down(desk)
    await course.decided("discharge", COMPLETED)
    await course.moved(Phase.STEP_DOWN, Phase.AFTERCARE)
    return course


async def second_facility(desk: Desk) -> tuple[UUID, UUID, UUID]:
    """Another facility of the tenant, with an intensive and an outpatient program."""
    facility, intensive, outpatient = new_id(), new_id(), new_id()
    published = (
        FacilityPublished(
            facility_id=facility,
            neutral_name="South Center",
            callback_number="+12025550101",
            zone="America/Chicago",
            holidays=(),
        ),
        *(
            ProgramPublished(
                program_id=program, facility_id=facility, program_type=kind, level_of_care=level, minutes_per_week=540
            )
            for program, kind, level in ((intensive, "IOP", "2.1"), (outpatient, "OP", "1"))
        ),
    )
    now = desk.edge.clock.now()
    told = [incoming(event, key=f"x/{number}", at=now, version=number) for number, event in enumerate(published, 9)]
    async with desk.edge.transactions(desk.edge.person(Role.ADMINISTRATOR)) as tx:
        await Commands("intake", HANDLERS).handle(tx, told)
    return facility, intensive, outpatient
