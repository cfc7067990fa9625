"""Text messages of the second tenant's center: providers that fail, receipts, answers, crisis words, opt-outs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from stepwell_contracts.http.intake_clinical import CloseCrisis, RaiseCrisis
from stepwell_contracts.http.notifications import MessageView, PageView
from stepwell_contracts.http.notifications_replies import SetPreferences, TakeOptIn, TakeOptOut, Wish
from stepwell_contracts.http.scheduling_timetable import CancelSession, ChangeSession, ScheduleVisit, VisitBooked
from stepwell_kernel.codes import Channel, CrisisDisposition, Modality
from stepwell_kernel.local_time import local_at
from stepwell_kernel.message_codes import MessageCategory, MessageTemplate
from stepwell_simulation import harborlight
from stepwell_simulation.living.paging import PAGING_PACE
from stepwell_simulation.platform import REAL_TIME, Person
from stepwell_simulation.story import Story
from stepwell_testing.eventually import eventually
from tests.harbor import Harbor, comes
from tests.ledgers import published

STRANGER = "+12025550199"
CRISIS = "I want to die"
FIRST_VISIT = timedelta(days=5)
LAST_VISIT = 3
CANCELLED = MessageTemplate.APPOINTMENT_CANCELLED
MOVED = MessageTemplate.APPOINTMENT_MOVED


@dataclass(frozen=True)
class Outage:
    """Messages about appointments that the facility called off while providers were away."""

    with_one_away: MessageView
    with_both_away: MessageView
    after_it: MessageView
    texts: tuple[str, ...]


async def live_through_an_outage(harbor: Harbor, story: Story) -> Outage:
    """One provider is away, then both; they come back, and all that waited goes out once. Then a number is refused."""
    texts = harbor.texts
    await texts.behave("alpha", sending="away")
    with_one_away = await _called_off(harbor, story, 0)
    await _until(harbor, story, with_one_away, "sent")
    await texts.behave("bravo", sending="away")
    with_both_away = await _called_off(harbor, story, 1)
    waiting = await _message(harbor, story, with_both_away)
    await texts.behave("alpha")
    await texts.behave("bravo")
    after_it = await _until(harbor, story, with_both_away, "sent")
    await comes(harbor, story.episode_id, "message_delivered")
    await texts.behave("alpha", sending="refuses")
    await texts.behave("bravo", sending="refuses")
    refused = await _called_off(harbor, story, 2)
    await _until(harbor, story, refused, "failed")
    await texts.behave("alpha")
    await texts.behave("bravo")
    sent = [text["body"] for text in await texts.sent_to(story.phone or "")]
    return Outage(await _message(harbor, story, with_one_away), waiting, after_it, tuple(sent))


async def answer_messages(harbor: Harbor, story: Story) -> Sequence[str]:
    """The patient confirms, wants no more texts, wants them again; staff are told the same in words."""
    notifications, phone = harbor.lead.notifications, story.phone or ""
    await _moved(harbor, story)
    await harbor.texts.bring_in(phone, "C")
    await comes(harbor, story.episode_id, "appointment_confirmed")
    wishes = tuple(Wish(category=category, channel=Channel.SMS) for category in MessageCategory)
    await notifications.set_preferences(story.patient_id, SetPreferences(wanted=wishes), key=story.key("wishes"))
    await harbor.texts.bring_in(phone, "please stop texting me")
    await _answered(harbor, story, MessageTemplate.OPT_OUT_CONFIRMED)
    await harbor.texts.bring_in(phone, "START")
    await _answered(harbor, story, MessageTemplate.OPT_IN_CONFIRMED)
    out = TakeOptOut(channel=Channel.EMAIL)
    await notifications.opt_out(story.patient_id, out, key=story.key("no-email"))
    await notifications.opt_in(story.patient_id, TakeOptIn(channel=Channel.EMAIL), key=story.key("email"))
    return [reply.kind for reply in (await notifications.replies(story.episode_id)).replies]


@dataclass(frozen=True)
class Crises:
    """Pages about words of crisis: of a patient, of somebody unknown, and at a place where nobody is on call."""

    of_patient: PageView
    of_stranger: PageView
    unanswered: PageView
    answers: tuple[str, ...]


async def write_of_a_crisis(harbor: Harbor, story: Story) -> Crises:
    """A patient and a stranger write words of crisis; both are answered at once, and somebody is paged."""
    notifications = harbor.lead.notifications
    await harbor.texts.bring_in(story.phone or "", CRISIS)
    of_patient = await eventually(lambda: _page_of(harbor, story), until=bool, within_s=20)
    assert of_patient is not None
    await notifications.acknowledge_page(of_patient.page_id, key=story.key("acknowledge"))
    await harbor.texts.bring_in(STRANGER, CRISIS)
    await _told(harbor, "facility_page_sent")
    of_stranger = await _facility_page(harbor.lead, harborlight.FACILITY)
    await notifications.acknowledge_page(of_stranger.page_id, key=harbor.key("acknowledge"))
    await harbor.texts.bring_in(STRANGER, CRISIS, to=harborlight.NORTH_SENDER_NUMBER)
    await _told(harbor, "facility_page_unanswered")
    unanswered = await _facility_page(harbor.north_nurse, harborlight.NORTH)
    await harbor.north_nurse.notifications.acknowledge_page(unanswered.page_id, key=harbor.key("north"))
    answers = await eventually(lambda: harbor.texts.sent_to(STRANGER), until=lambda sent: len(sent) == 2, within_s=20)
    return Crises(of_patient, of_stranger, unanswered, tuple(answer["body"] for answer in answers))


async def raise_a_crisis_in_vain(harbor: Harbor, story: Story) -> None:
    """Nobody on call answers a whole round; then somebody does, and the crisis ends with a disposition."""
    intake = harbor.lead.intake
    raised = await intake.raise_crisis(story.episode_id, RaiseCrisis(setting="on_site"), key=story.key("crisis"))
    await harbor.run_clock(PAGING_PACE)
    await comes(harbor, story.episode_id, "page_unanswered")
    await harbor.run_clock(REAL_TIME)
    pages = (await harbor.lead.notifications.pages(story.episode_id)).pages
    page = next(one for one in pages if one.about == raised.crisis_id)
    await harbor.lead.notifications.acknowledge_page(page.page_id, key=story.key("at-last"))
    closing = CloseCrisis(disposition=CrisisDisposition.SAFETY_PLAN, note="Seen with family, plan made.")
    await intake.close_crisis(story.episode_id, raised.crisis_id, closing, key=story.key("disposition"))


async def _called_off(harbor: Harbor, story: Story, number: int) -> UUID:
    """The facility calls off an appointment; the booking that the message is about."""
    visit = await _visit(harbor, story, number)
    cancel = CancelSession(reason_code="clinician_absent")
    await harbor.lead.scheduling.cancel_session(visit.session_id, cancel, key=story.key(f"off-{number}"))
    await eventually(lambda: _messages(harbor, story, visit.booking_id), until=bool)
    return visit.booking_id


async def _moved(harbor: Harbor, story: Story) -> None:
    """The facility moves an appointment, and the patient is told."""
    visit = await _visit(harbor, story, LAST_VISIT)
    later = local_at(visit.starts_at, harborlight.ZONE) + timedelta(minutes=30)
    change = ChangeSession(starts_local=later, reason_code="clinician_late")
    await harbor.lead.scheduling.change_session(visit.session_id, change, key=story.key("later"))
    await eventually(lambda: _messages(harbor, story, visit.booking_id, MOVED), until=bool)
    await _until(harbor, story, visit.booking_id, "sent", MOVED)


async def _visit(harbor: Harbor, story: Story, number: int) -> VisitBooked:
    """A visit early on a morning, so many days after the first one."""
    body = ScheduleVisit(
        episode_id=story.episode_id,
        modality=Modality.INDIVIDUAL_THERAPY,
        starts_local=datetime.combine(harbor.today() + FIRST_VISIT + timedelta(days=number), time(6)),
        minutes=30,
        clinician_id=harborlight.LEAD,
        room_id=harborlight.SECOND_OFFICE,
    )
    return await harbor.lead.scheduling.schedule_visit(body, key=story.key(f"visit-{number}"))


async def _messages(
    harbor: Harbor, story: Story, about: UUID, template: MessageTemplate = CANCELLED
) -> list[MessageView]:
    listed = (await harbor.lead.notifications.messages(story.episode_id)).messages
    return [one for one in listed if one.about == about and one.template is template]


async def _message(harbor: Harbor, story: Story, about: UUID, template: MessageTemplate = CANCELLED) -> MessageView:
    (message,) = await _messages(harbor, story, about, template)
    return message


async def _until(
    harbor: Harbor, story: Story, about: UUID, state: str, template: MessageTemplate = CANCELLED
) -> MessageView:
    return await eventually(
        lambda: _message(harbor, story, about, template), until=lambda message: message.state == state, within_s=30
    )


async def _answered(harbor: Harbor, story: Story, template: MessageTemplate) -> None:
    async def answers() -> list[str | None]:
        replies = (await harbor.lead.notifications.replies(story.episode_id)).replies
        return [reply.answer_state for reply in replies if reply.answer is template]

    await eventually(answers, until=lambda states: "sent" in states, within_s=20)


async def _page_of(harbor: Harbor, story: Story) -> PageView | None:
    pages = (await harbor.lead.notifications.pages(story.episode_id)).pages
    return next((page for page in pages if page.level), None)


async def _facility_page(person: Person, facility_id: UUID) -> PageView:
    return (await person.notifications.facility_pages(facility_id)).pages[0]


async def _told(harbor: Harbor, event: str) -> None:
    """Wait for an event about the facility."""

    async def types() -> set[str]:
        return {envelope.type.split(".")[2] for _, _, envelope in await published(harbor.whole.inside)}

    await eventually(types, until=lambda seen: event in seen, within_s=20)
