"""Stories of a real program over HTTP, Kafka and Temporal, beside the straight one: each on all parts."""

import asyncio
import time
from collections import Counter

import pytest
import pytest_asyncio

from stepwell_contracts.http.intake import SetContactPermission
from stepwell_contracts.http.intake_clinical import CloseCrisis, RecordScreen
from stepwell_contracts.http.intake_decisions import DecideDecline, DecideTransfer
from stepwell_contracts.http.intake_legal import DecideDisclosure, RevokeConsent
from stepwell_contracts.http.intake_referrals import Readmit
from stepwell_kernel.codes import (
    AttendanceState,
    Channel,
    CrisisDisposition,
    DisclosureGround,
    Instrument,
    Phase,
    ReferralSource,
    Role,
)
from stepwell_kernel.errors import Conflict
from stepwell_kernel.legal_codes import InformationScope, Requester, RequestPurpose
from stepwell_simulation import hillside
from stepwell_simulation.platform import SECONDS_PER_DAY
from stepwell_simulation.story import Story
from stepwell_testing.eventually import eventually
from tests.clinic import Clinic, drop_out, open_clinic, record, task_comes, tasks
from tests.conftest import Whole
from tests.ledgers import gaps_in_streams, parked, rows, settled
from tests.stories import emails, phases, timeline

pytestmark = pytest.mark.timeout(300)

#: Five minutes, the time in which a page must be acknowledged, in five seconds.
PAGING = 60.0
DAY_IN_TWO_SECONDS = SECONDS_PER_DAY / 2
HIGH_RISK = {"item_1": 1, "item_2": 1, "item_3": 1, "item_4": 1, "item_5": 0, "item_6": 0}
COUNSELOR_PAGER = "pager.counselor@staff.example.org"
SUPERVISOR_PAGER = "pager.supervisor@staff.example.org"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clinic(whole: Whole) -> Clinic:
    """The clinic that all stories of this module share."""
    return await open_clinic(whole)


async def test_a_declined_referral_closes(clinic: Clinic) -> None:
    story = await clinic.referred("declined")
    await story.reach()
    await story.staff.counselor.intake.decide_decline(
        story.episode_id, DecideDecline(reason_code="declined_by_person"), key=story.key("decline")
    )
    await story.until(Phase.CLOSED)
    assert not [task for task in (await story.episode()).tasks if task.state == "open"]
    await settled(clinic.whole.inside)
    assert await phases(clinic.whole.inside, story.episode_id) == ("closed", "closed", "closed")


async def test_a_withdrawn_permission_stops_messages_within_a_minute(clinic: Clinic) -> None:
    story = await clinic.in_treatment("withdrawn")
    await story.book()
    notifications = story.staff.counselor.notifications

    async def states() -> Counter[str]:
        return Counter(message.state for message in (await notifications.messages(story.episode_id)).messages)

    await eventually(states, until=lambda seen: seen["due"] >= 5)
    began = time.monotonic()
    await story.staff.counselor.intake.set_contact_permission(
        story.patient_id, Channel.EMAIL, SetContactPermission(permitted=False), key=story.key("withdrawn")
    )
    stopped = await eventually(states, until=lambda seen: seen["due"] == seen["sending"] == 0, within_s=60)
    assert time.monotonic() - began < 60
    assert set(stopped) <= {"suppressed", "sent"}


async def test_a_revoked_consent_stops_disclosures_at_once(clinic: Clinic) -> None:
    story = await clinic.in_treatment("revoked")
    intake = story.staff.counselor.intake
    request = DecideDisclosure(
        requester=Requester.EXTERNAL_PROVIDER,
        purpose=RequestPurpose.TREATMENT,
        scope=(InformationScope.MEDICATION,),
        recipient="Family practice",
    )
    before = await intake.decide_disclosure(story.episode_id, request, key=story.key("first"))
    assert (before.allowed, before.ground) == (True, DisclosureGround.CONSENT)
    assert before.consent_id is not None
    await intake.revoke_consent(
        story.episode_id,
        before.consent_id,
        RevokeConsent(revoked_by="patient", form="written"),
        key=story.key("revocation"),
    )
    after = await intake.decide_disclosure(story.episode_id, request, key=story.key("second"))
    assert (after.allowed, after.ground) == (False, DisclosureGround.NO_GROUND)
    accounting = (await intake.disclosures(story.episode_id)).disclosures
    assert [entry.allowed for entry in accounting] == [True, False]
    await settled(clinic.whole.inside)
    seen = await timeline(clinic.whole.outside, story.episode_id)
    assert [one for one in seen if one in {"consent_revoked", "disclosure_decided"}] == [
        "disclosure_decided",
        "consent_revoked",
        "disclosure_decided",
    ]


async def test_a_transfer_takes_seats_tasks_and_journey_to_the_other_facility(clinic: Clinic) -> None:
    story = await clinic.in_treatment("transferred")
    await story.book()
    former = (await story.staff.counselor.scheduling.bookings(story.episode_id)).bookings
    await story.staff.counselor.intake.decide_transfer(
        story.episode_id,
        DecideTransfer(
            facility_id=hillside.FACILITY,
            program_id=hillside.PROGRAM,
            prescribed_minutes_per_week=hillside.MINUTES,
            reason_code="moved",
        ),
        key=story.key("transfer"),
    )

    async def facility() -> object:
        found = await rows(
            clinic.whole.inside, "intake", "select facility_id from episode where episode_id = $1", story.episode_id
        )
        return found[0]["facility_id"]

    await eventually(facility, until=lambda there: there == hillside.FACILITY, within_s=30)
    await settled(clinic.whole.inside)
    seats = (await clinic.hillside.scheduling.bookings(story.episode_id)).bookings
    standing = [seat for seat in seats if seat.state == "booked"]
    assert len(standing) >= 6
    assert not {seat.booking_id for seat in standing} & {seat.booking_id for seat in former}
    worklist = await clinic.hillside.intake.worklist(hillside.FACILITY, Role.COUNSELOR)
    assert {row.kind for row in worklist.rows} == {"plan_signature", "step_down_review"}
    episode = await clinic.hillside.intake.episode(story.episode_id)
    assert (episode.phase, episode.program_id) == (Phase.TREATMENT, hillside.PROGRAM)
    assert await phases(clinic.whole.inside, story.episode_id) == ("treatment", "treatment", "treatment")


async def test_who_comes_back_has_a_new_episode_linked_to_the_old(clinic: Clinic) -> None:
    story = await clinic.in_treatment("readmitted")
    await drop_out(story)
    opened = await story.staff.intake_coordinator.intake.readmit(
        story.episode_id,
        Readmit(program_id=(await story.episode()).program_id, source=ReferralSource.SELF),
        key=story.key("readmission"),
    )
    assert (opened.patient_id, opened.phase) == (story.patient_id, Phase.REFERRAL)
    await story.until(Phase.CLOSED)
    again = await story.staff.counselor.intake.episode(opened.episode_id)
    assert again.previous_episode_id == story.episode_id
    await settled(clinic.whole.inside)
    assert await phases(clinic.whole.inside, story.episode_id) == ("closed", "closed", "closed")
    assert await phases(clinic.whole.inside, opened.episode_id) == ("referral", "referral", "referral")


async def test_a_crisis_is_paged_escalated_and_closed_with_a_disposition_only(clinic: Clinic) -> None:
    story = await clinic.in_treatment("crisis")
    inside, intake = clinic.whole.inside, story.staff.counselor.intake
    await clinic.run_clock(PAGING)
    screen = RecordScreen(instrument=Instrument.C_SSRS, answers=HIGH_RISK)
    scored = await intake.record_screen(story.episode_id, screen, key=story.key("crisis"))
    assert scored.crisis is not None
    assert {step.contact for step in scored.crisis.steps} >= {"988", "911"}
    await eventually(lambda: emails(inside, COUNSELOR_PAGER), within_s=30)
    await eventually(lambda: emails(inside, SUPERVISOR_PAGER), within_s=30)
    (page,) = (await clinic.supervisor.notifications.pages(story.episode_id)).pages
    assert page.level >= 2
    await clinic.supervisor.notifications.acknowledge_page(page.page_id, key=story.key("acknowledged"))
    sent = len(await emails(inside, SUPERVISOR_PAGER))
    with pytest.raises(Conflict) as refusal:
        await drop_out(story)
    assert refusal.value.code == "crisis_open"
    disposition = await task_comes(story, "crisis_disposition")
    await intake.close_crisis(
        story.episode_id,
        scored.crisis.crisis_id,
        CloseCrisis(disposition=CrisisDisposition.SAFETY_PLAN),
        key=story.key("disposition"),
    )
    await task_comes(
        story, "crisis_disposition", lambda task: task.task_id == disposition.task_id and task.state == "closed"
    )
    await task_comes(story, "safety_follow_up")
    await clinic.run_clock(1.0)
    await settled(inside)
    assert len(await emails(inside, SUPERVISOR_PAGER)) == sent
    seen = await timeline(clinic.whole.outside, story.episode_id)
    told = [one for one in seen if one.startswith(("crisis", "page"))]
    assert (told[0], told[-1]) == ("crisis_raised", "crisis_closed")
    assert told.count("page_sent") >= 2
    assert told.count("page_acknowledged") == 1


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def weeks(clinic: Clinic) -> tuple[Story, Story]:
    """Two patients who miss the first evening, weeks later: one came to the next evening, one never came."""
    returning, absent = await clinic.in_treatment("returning"), await clinic.in_treatment("absent")
    await returning.book()
    await absent.book()
    await clinic.run_clock(DAY_IN_TWO_SECONDS)

    async def returns() -> None:
        await record(returning, AttendanceState.UNEXCUSED_NO_SHOW, sessions=3)
        await record(returning, AttendanceState.PRESENT, sessions=3)

    async def stays_away() -> None:
        await record(absent, AttendanceState.UNEXCUSED_NO_SHOW, sessions=4)
        await task_comes(absent, "administrative_review")
        await task_comes(absent, "level_of_care_review")

    try:
        await asyncio.gather(returns(), stays_away())
    finally:
        await clinic.run_clock(1.0)
    await settled(clinic.whole.inside)
    return returning, absent


async def test_outreach_ends_when_the_patient_returns(weeks: tuple[Story, Story]) -> None:
    returning, _ = weeks
    calls = await tasks(returning, "outreach_call")
    assert calls
    assert {call.state for call in calls} == {"closed"}
    assert {call.outcome for call in calls} == {"returned"}
    assert await tasks(returning, "administrative_review") == []


async def test_outreach_leads_to_an_administrative_review_and_never_to_a_discharge(weeks: tuple[Story, Story]) -> None:
    _, absent = weeks
    assert len(await tasks(absent, "outreach_call")) == 3
    assert [task.role for task in await tasks(absent, "administrative_review")] == ["supervisor"]
    assert (await absent.episode()).phase is Phase.TREATMENT


async def test_two_weeks_short_of_hours_lead_to_a_review_of_the_level(weeks: tuple[Story, Story]) -> None:
    _, absent = weeks
    assert len(await tasks(absent, "weekly_hours_short")) >= 2
    assert len(await tasks(absent, "level_of_care_review")) == 1


async def test_nothing_was_lost_or_parked_in_all_these_stories(clinic: Clinic, weeks: tuple[Story, Story]) -> None:
    assert len(weeks) == 2
    assert await gaps_in_streams(clinic.whole.inside) == []
    assert await parked(clinic.whole.inside) == []
