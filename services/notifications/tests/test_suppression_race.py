"""Ten thousand rounds: a cancellation, a move, a discharge, a permission withdrawn, an opt-out, against the sending.

Source: a message needs permission and no opt-out up to the moment at which it goes out (47 CFR 64.1200(a)(10)). The
database is real; intake and provider are in the process, so that what came before what is known for certain.
"""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, cycle, islice, product
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

from stepwell_clients.intake import IntakeClient
from stepwell_contracts.base import Event
from stepwell_contracts.events.intake import ContactPermissionChanged
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import AppointmentCancelled
from stepwell_contracts.events.scheduling_care import AppointmentMoved
from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_contracts.http.notifications_replies import TakeOptOut
from stepwell_kernel.codes import Channel, DischargeReason, Modality, Role
from stepwell_kernel.errors import Conflict
from stepwell_kernel.ids import new_id
from stepwell_notifications.channels.channel import Letter, Taken
from stepwell_notifications.channels.failover import Circuits
from stepwell_notifications.channels.providers import Providers
from stepwell_notifications.consumers.handlers import HANDLERS
from stepwell_notifications.domain.messages import reminder_id
from stepwell_notifications.duties.send_message import SendMessage
from stepwell_notifications.metrics import ProviderMetrics
from stepwell_notifications.usecases.opt_out import opt_out
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_postgres.duties import Duty
from stepwell_runtime.keys import FileKeys
from stepwell_testing.edge import TENANT, ServiceEdge
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

ROUNDS = 10_000
AT_ONCE = 8

CAUSES = ("cancelled", "moved", "discharged", "permission", "opted_out")
MOMENTS = ("beside", "before", "while intake is asked", "beside", "while it is handed over")

FACILITY = new_id()
SEED = """
with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[])
                  as g (patient_id, episode_id, booking_id, message_id)
), facility as (
    insert into ref_facility (facility_id, tenant_id, neutral_name, callback_number, zone, version)
    values ($6, $5, 'North Center', '+12025550100', 'America/New_York', 1)
), episodes as (
    insert into ref_episode (episode_id, tenant_id, patient_id, facility_id, phase, version)
    select episode_id, $5, patient_id, $6, 'treatment', 1 from given
), permissions as (
    insert into ref_permission (patient_id, channel, tenant_id, permitted, version)
    select patient_id, 'sms', $5, true, 1 from given
), messages as (
    insert into message (message_id, tenant_id, facility_id, episode_id, patient_id, template, about, starts_at, due_at,
                         useful_until, slot, state)
    select message_id, $5, $6, episode_id, patient_id, 'appointment_reminder', booking_id, $8, $7, $8, '24h', 'due'
    from given
)
insert into duty (kind, key, tenant_id, due_at, payload)
select 'send_message', message_id::text, $5, $7,
       jsonb_build_object('message_id', message_id, 'patient_id', patient_id)
from given
"""

FATES = """
select m.message_id, m.state, d.state as duty,
       (select count(*) from attempt a where a.message_id = m.message_id and a.outcome = 'taken') as attempts
from message m join duty d on d.key = m.message_id::text where m.slot = '24h' and m.starts_at = $1
"""

NEWS = "select about, count(*) as times from message where template = 'appointment_moved' group by about"


@dataclass(frozen=True)
class Round:
    """One patient with one reminder, and what comes against it when."""

    cause: str
    moment: str
    starts_at: datetime
    phone: str
    patient: UUID = field(default_factory=new_id)
    episode: UUID = field(default_factory=new_id)
    booking: UUID = field(default_factory=new_id)

    @property
    def message(self) -> UUID:
        """The reminder."""
        return reminder_id(self.booking, "24h", self.starts_at)

    def event(self) -> Event:
        """The fact that stops the reminder."""
        match self.cause:
            case "cancelled":
                return AppointmentCancelled(
                    booking_id=self.booking,
                    episode_id=self.episode,
                    patient_id=self.patient,
                    reason_code="patient_asked",
                )
            case "moved":
                return AppointmentMoved(
                    booking_id=self.booking,
                    episode_id=self.episode,
                    patient_id=self.patient,
                    facility_id=FACILITY,
                    session_id=new_id(),
                    former_session_id=new_id(),
                    modality=Modality.GROUP_THERAPY,
                    starts_at=self.starts_at + timedelta(days=1),
                    ends_at=self.starts_at + timedelta(days=1, hours=1),
                    former_starts_at=self.starts_at,
                    reason_code="clinician_away",
                )
            case "discharged":
                return DischargeDecided(
                    episode_id=self.episode,
                    reason=DischargeReason.COMPLETED,
                    last_contact_on=self.starts_at.date(),
                    decided_by=new_id(),
                )
            case _:
                return ContactPermissionChanged(patient_id=self.patient, channel=Channel.SMS, permitted=False)


class Arena(IntakeClient):
    """Notifications on a real database, between an intake and a provider that write down what they see, in order."""

    name = "alpha"

    def __init__(self, edge: ServiceEdge, keys: FileKeys) -> None:
        self.edge = edge
        metrics = ProviderMetrics(CollectorRegistry())
        providers = Providers((self,), Circuits(metrics), metrics)
        self.send_message = SendMessage(edge.transactions, self, providers, keys)
        self.ticks: Iterator[int] = count()
        self.stopped: dict[UUID, int] = {}
        self.asked: dict[UUID, int] = {}
        self.taken: Counter[UUID] = Counter()
        self.of_patient: dict[UUID, Round] = {}
        self.of_message: dict[UUID, Round] = {}
        self.withdrawn: set[UUID] = set()
        self.staff = edge.person(Role.COUNSELOR, staff_id=new_id())

    async def resolve_contact_point(self, tenant: str, question: ResolveContactPoint) -> ContactPoint:  # noqa: ARG002
        """Intake: a telephone, and no e-mail."""
        one = self.of_patient[question.patient_id]
        if question.channel is not Channel.SMS or one.patient in self.withdrawn:
            return ContactPoint(permitted=False, reason_code="not_permitted")
        if one.moment == "while intake is asked":
            await self.stop(one)
        self.asked[one.message] = next(self.ticks)
        return ContactPoint(permitted=True, address=one.phone, first_name="Ada", zone="America/New_York", language="en")

    async def send(self, letter: Letter) -> Taken:
        """The provider: it takes everything."""
        self.taken[letter.message_id] += 1
        one = self.of_message[letter.message_id]
        if one.moment == "while it is handed over":
            await self.stop(one)
        return Taken(str(letter.message_id))

    async def stop(self, one: Round) -> None:
        """What comes against the reminder, in a transaction of its own."""
        if one.cause == "permission":
            self.withdrawn.add(one.patient)
        async with self.edge.transactions(self.staff) as tx:
            if one.cause == "opted_out":
                await opt_out(tx, one.patient, TakeOptOut(channel=Channel.SMS))
            else:
                fact = one.event()
                arriving = incoming(fact, key=one.patient, at=tx.now, version=2, episode_id=one.episode)
                await HANDLERS[fact.type](tx, arriving)
        self.stopped[one.message] = next(self.ticks)

    async def open(self, rounds: Sequence[Round]) -> None:
        """Everybody is known, and every reminder is due."""
        self.of_patient = {one.patient: one for one in rounds}
        self.of_message = {one.message: one for one in rounds}
        ids = ([getattr(one, name) for one in rounds] for name in ("patient", "episode", "booking", "message"))
        now = self.edge.clock.now()
        await self.edge.rows("update provider_rule set active = false where provider = 'bravo'")
        await self.edge.rows(SEED, *ids, TENANT, FACILITY, now, rounds[0].starts_at)

    async def run(self, one: Round) -> None:
        """The reminder is sent, and stopped at its moment."""
        payload = {"message_id": str(one.message), "patient_id": str(one.patient)}
        duty = Duty(SEND_MESSAGE, str(one.message), TENANT, self.edge.clock.now(), payload, 0)
        match one.moment:
            case "before":
                await self.stop(one)
                await self._send(duty)
            case "beside":
                await asyncio.gather(self._send(duty), self.stop(one))
            case _:
                await self._send(duty)

    async def _send(self, duty: Duty) -> None:
        """Run the duty as its runner would: one that was cancelled meanwhile is no longer due."""
        try:
            await self.send_message(duty)
        except Conflict as error:
            if error.code != "duty_no_longer_due":
                raise


def arena_on(edge: ServiceEdge, folder: Path) -> Arena:
    """The arena of a fresh database."""
    key = base64.b64encode(b"k" * 32).decode()
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"index_key": key, "field_keys": {"current": "k1", "keys": {"k1": key}}}))
    return Arena(edge, FileKeys(keys))


@pytest.mark.timeout(180)
async def test_nothing_goes_out_after_what_stops_it_and_each_reminder_has_one_fate(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    arena = arena_on(await open_edge("notifications"), tmp_path)
    starts_at = arena.edge.clock.now() + timedelta(hours=24)
    kinds = islice(cycle(product(CAUSES, MOMENTS)), ROUNDS)
    rounds = [Round(*kind, starts_at, f"+1202555{number:04d}") for number, kind in enumerate(kinds)]
    await arena.open(rounds)
    waiting = iter(rounds)

    async def runner() -> None:
        for one in waiting:
            await arena.run(one)

    await asyncio.gather(*(runner() for _ in range(AT_ONCE)))

    fates = {row["message_id"]: row for row in await arena.edge.rows(FATES, starts_at)}
    told = Counter((UUID(json.loads(e.payload)["message_id"]), e.type.split(".")[2]) for e in await arena.edge.outbox()
                   if "message_" in e.type)  # fmt: skip
    outcomes = Counter[tuple[str, str]]()
    for one in rounds:
        fate, went_out = fates[one.message], arena.taken[one.message]
        sent = fate["state"] == "sent"
        assert fate["state"] in {"sent", "suppressed"}, one
        assert (went_out, fate["attempts"]) == ((1, 1) if sent else (0, 0)), one
        assert (told[one.message, "message_sent"], told[one.message, "message_suppressed"]) == (sent, not sent), one
        assert fate["duty"] == ("done" if sent else "cancelled"), one
        if sent:
            assert arena.asked[one.message] < arena.stopped[one.message], f"stopped before intake was asked: {one}"
        outcomes[one.moment, fate["state"]] += 1
    assert outcomes["before", "sent"] == outcomes["while it is handed over", "suppressed"] == 0
    assert outcomes["while intake is asked", "sent"] == 0
    assert min(outcomes["beside", "sent"], outcomes["beside", "suppressed"]) > 0, "both sides win at times"
    news = {row["about"]: row["times"] for row in await arena.edge.rows(NEWS)}
    assert news == {one.booking: 1 for one in rounds if one.cause == "moved"}
