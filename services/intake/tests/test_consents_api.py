"""Consents at the desk: granted, revoked, expired; on PostgreSQL, over HTTP and by the duty."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.tests.desk import COUNSELOR, Desk, open_desk
from stepwell_contracts.events.scheduling import FacilityPublished
from stepwell_intake.consumers.reference import HANDLERS
from stepwell_intake.duties.expire_consent import ExpireConsent
from stepwell_intake.usecases.expire_consent import EXPIRE_CONSENT_DUTY
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_messaging.delivery import Commands
from stepwell_postgres.duties import due_duties
from stepwell_postgres.duty_runner import DutyRunner
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge
from stepwell_testing.records import incoming

FAMILY = {
    "purpose": "family",
    "recipients": ["Kim Example"],
    "scope": ["attendance"],
    "expires_on": "2026-03-10",
    "redisclosure_explained": False,
    "refusal_consequences_explained": False,
}
WRITTEN = {"revoked_by": "patient", "form": "written"}


async def granted(desk: Desk, episode: UUID, **change: Any) -> str:
    """A consent that was taken."""
    answer = await desk.send("POST", f"/v1/episodes/{episode}/consents", desk.consent(**change), Role.COUNSELOR)
    assert answer.status_code == 201, answer.text
    consent_id: str = answer.json()["consent_id"]
    return consent_id


async def run_due(desk: Desk) -> int:
    """What is due in intake now."""
    handlers = {EXPIRE_CONSENT_DUTY: ExpireConsent(desk.edge.transactions)}
    return await DutyRunner(desk.edge.pool, desk.edge.clock, handlers).run_due()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"refusal_consequences_explained": False}, {"refusal_consequences_explained"}),
        ({"redisclosure_explained": False}, {"redisclosure_explained"}),
        (FAMILY, set()),
        (FAMILY | {"scope": []}, {"scope"}),
        (FAMILY | {"expires_on": None}, {"expires_on"}),
        (FAMILY | {"purpose": "intermediary"}, {"intermediary"}),
        (FAMILY | {"purpose": "intermediary", "intermediary": "State Exchange"}, set()),
        (FAMILY | {"scope": ["attendance", "counseling_notes"]}, {"scope"}),
        (FAMILY | {"purpose": "counseling_notes", "scope": ["counseling_notes"]}, set()),
        (FAMILY | {"irrevocable_until": "2026-03-09"}, {"irrevocable_until"}),
        (FAMILY | {"purpose": "criminal_justice", "irrevocable_until": "2026-03-09"}, set()),
        ({"purpose": "advertising"}, {"body.purpose"}),
    ],
)
async def test_a_form_is_taken_with_every_element_of_its_purpose(
    open_edge: OpenEdge, change: dict[str, Any], fields: set[str]
) -> None:
    """42 CFR 2.31(a) and (b), by the rows in force."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    answer = await desk.send("POST", f"/v1/episodes/{episode}/consents", desk.consent(**change), Role.COUNSELOR)
    assert answer.status_code == (422 if fields else 201)
    assert {one["path"] for one in answer.json().get("fields", [])} == fields
    assert await desk.edge.value("select count(*) from consent") == (0 if fields else 1)


async def test_an_adolescent_signs_too(open_edge: OpenEdge) -> None:
    """42 CFR 2.14."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred(born_on="2010-05-17")
    path = f"/v1/episodes/{episode}/consents"
    alone = await desk.send("POST", path, desk.consent(signed_by="authorized_person"), Role.COUNSELOR)
    assert [one["path"] for one in alone.json()["fields"]] == ["signed_by"]
    both = await desk.send("POST", path, desk.consent(signed_by="patient_and_guardian"), Role.COUNSELOR)
    assert both.status_code == 201


async def test_a_revocation_counts_at_once_and_only_once(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.ready_to_admit()
    consent = await desk.edge.value("select consent_id from consent")
    path = f"/v1/episodes/{episode}/consents/{consent}/revocation"
    first = await desk.send("POST", path, WRITTEN, Role.NURSE, "same")
    repeat = await desk.send("POST", path, WRITTEN, Role.NURSE, "same")
    desk.edge.clock.pass_by(hours=1)
    again = await desk.send("POST", path, {"revoked_by": "patient", "form": "spoken"}, Role.COUNSELOR)
    assert [answer.status_code for answer in (first, repeat, again)] == [201, 201, 201]
    assert first.json() == repeat.json() == again.json()
    assert (await desk.edge.types()).count("consent_revoked") == 1
    row = (await desk.edge.rows("select revoked_by, revocation_form, revoked_at from consent"))[0]
    assert tuple(row) == ("patient", "written", datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    gate = await desk.send("POST", f"/v1/episodes/{episode}/admission", desk.admission(), Role.COUNSELOR)
    assert [one["path"] for one in gate.json()["fields"]] == ["consent"]


async def test_who_may_revoke_what(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    other, _ = await desk.referred()
    consent = await granted(desk, episode)
    path = f"/v1/episodes/{episode}/consents/{consent}/revocation"
    elsewhere = desk.app.person(COUNSELOR, Role.COUNSELOR, tenant=OTHER_TENANT)
    refusals = (
        (404, "episode_not_found", await desk.app.call("POST", path, WRITTEN, token=elsewhere, key="k")),
        (403, "not_granted", await desk.send("POST", path, WRITTEN, Role.OPERATIONS)),
        (
            404,
            "consent_not_found",
            await desk.send("POST", path.replace(str(episode), str(other)), WRITTEN, Role.NURSE),
        ),
        (404, "consent_not_found", await desk.send("POST", path.replace(consent, str(new_id())), WRITTEN, Role.NURSE)),
        (422, "request_invalid", await desk.send("POST", path, {"revoked_by": "payer", "form": "written"}, Role.NURSE)),
    )
    for status, code, answer in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.edge.value("select count(*) from consent where revoked_at is not null") == 0
    assert "consent_revoked" not in await desk.edge.types()


async def test_a_consent_given_to_the_courts_binds_until_its_day(open_edge: OpenEdge) -> None:
    """42 CFR 2.35."""
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    consent = await granted(
        desk, episode, **FAMILY | {"purpose": "criminal_justice", "irrevocable_until": "2026-03-04"}
    )
    path = f"/v1/episodes/{episode}/consents/{consent}/revocation"
    early = await desk.send("POST", path, WRITTEN, Role.COUNSELOR)
    assert (early.status_code, early.json()["code"]) == (409, "consent_irrevocable")
    desk.edge.clock.instant = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    assert (await desk.send("POST", path, WRITTEN, Role.COUNSELOR)).status_code == 201


async def test_a_consent_expires_when_its_day_begins_at_the_facility(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    consent = await granted(desk, episode, **FAMILY)
    desk.edge.clock.instant = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)
    assert await run_due(desk) == 0
    desk.edge.clock.instant = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    async with desk.edge.pool.acquire() as connection:
        (duty,) = await due_duties(connection, desk.edge.clock.now(), 10)
    assert await run_due(desk) == 1
    with pytest.raises(Exception, match="duty_no_longer_due"):
        await ExpireConsent(desk.edge.transactions)(duty)
    assert (await desk.edge.types()).count("consent_expired") == 1
    event = (await desk.edge.outbox())[-1]
    assert (event.episode_id, event.cause) == (episode, f"{EXPIRE_CONSENT_DUTY}/{consent}")
    assert duty.payload == {"consent_id": consent, "episode_id": str(episode)}
    assert await desk.edge.value("select expired_at from consent") == desk.edge.clock.now()


async def test_a_revoked_consent_does_not_expire(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    consent = await granted(desk, episode, **FAMILY)
    await desk.send("POST", f"/v1/episodes/{episode}/consents/{consent}/revocation", WRITTEN, Role.COUNSELOR)
    desk.edge.clock.pass_by(days=30)
    assert await run_due(desk) == 0
    assert await desk.edge.value("select state from duty") == "cancelled"


async def test_a_facility_further_west_has_its_midnight_later(open_edge: OpenEdge) -> None:
    desk = await open_desk(await open_edge("intake"))
    episode, _ = await desk.referred()
    await granted(desk, episode, **FAMILY)
    moved = FacilityPublished(
        facility_id=desk.facility,
        neutral_name="North Center",
        callback_number="+12025550100",
        zone="America/Los_Angeles",
        holidays=(),
    )
    told = [incoming(moved, key="x/1", at=desk.edge.clock.now(), version=9)]
    async with desk.edge.transactions(desk.edge.person(Role.ADMINISTRATOR)) as tx:
        await Commands("intake", HANDLERS).handle(tx, told)
    desk.edge.clock.instant = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    assert await run_due(desk) == 1
    assert "consent_expired" not in await desk.edge.types()
    assert await desk.edge.value("select due_at from duty") == datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    desk.edge.clock.instant = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    assert await run_due(desk) == 1
    assert (await desk.edge.types()).count("consent_expired") == 1
