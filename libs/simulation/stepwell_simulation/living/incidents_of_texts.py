"""Texts: what patients wish, stop and start, words of crisis, and providers that refuse a number."""

from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from stepwell_contracts.http.notifications import MessageView, PageView
from stepwell_contracts.http.notifications_replies import SetPreferences, TakeOptIn, TakeOptOut, Wish
from stepwell_contracts.http.scheduling_timetable import CancelSession, ScheduleVisit
from stepwell_kernel.codes import Channel, Modality, Role
from stepwell_kernel.message_codes import MessageCategory, MessageTemplate
from stepwell_simulation import harborlight
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.messages import IN_DANGER, START, STOP
from stepwell_simulation.living.office import Office
from stepwell_simulation.living.paging import PAGING_PACE, take_page
from stepwell_simulation.living.seeing import seen
from stepwell_simulation.platform import Person

STRANGER = "+13035550199"
PROVIDERS = ("alpha", "bravo")
CANCELLED = MessageTemplate.APPOINTMENT_CANCELLED
LATER = timedelta(hours=6)

#: In wall seconds: what is called off at night is told in the morning, and the clock may run slowly for half a minute.
TOLD_WITHIN_S = 60.0


async def say_wishes(office: Office, case: Case) -> datetime | None:
    """The patient wants texts of every kind."""
    wanted = tuple(Wish(category=category, channel=Channel.SMS) for category in MessageCategory)
    notifications = office.person(Role.COUNSELOR).notifications
    await notifications.set_preferences(case.patient_id, SetPreferences(wanted=wanted), key=case.key("wishes"))
    return None


async def stop_texts(office: Office, case: Case) -> datetime | None:
    """No more texts, in the patient's own words."""
    await _write(office, case, STOP)
    return None


async def start_texts(office: Office, case: Case) -> datetime | None:
    """Texts again, when it was heard that there should be none."""
    if not await _has_left(office, case, Channel.SMS):
        return office.now() + LATER
    await _write(office, case, START)
    return None


async def write_of_danger(office: Office, case: Case) -> datetime | None:
    """Words of crisis: answered at once, and whoever is on call takes the page over."""
    await _write(office, case, IN_DANGER)
    await take_page(office, case)
    return None


async def _write(office: Office, case: Case, text: str) -> None:
    if office.house.texts_from is not None:
        await office.world.phones.write(case.profile.phone, office.house.texts_from, text)


async def leave_email(office: Office, case: Case) -> datetime | None:
    """The patient tells a member of staff: no more e-mail."""
    body = TakeOptOut(channel=Channel.EMAIL)
    await office.person(Role.COUNSELOR).notifications.opt_out(case.patient_id, body, key=case.key("no-email"))
    return None


async def take_email(office: Office, case: Case) -> datetime | None:
    """E-mail again, when it was heard that there should be none."""
    if not await _has_left(office, case, Channel.EMAIL):
        return office.now() + LATER
    body = TakeOptIn(channel=Channel.EMAIL)
    await office.person(Role.COUNSELOR).notifications.opt_in(case.patient_id, body, key=case.key("email"))
    return None


async def _has_left(office: Office, case: Case, channel: Channel) -> bool:
    """Who is late does the things of several days at a time, in any order."""
    preferences = await office.person(Role.COUNSELOR).notifications.preferences(case.patient_id)
    return any(one.channel is channel for one in preferences.opted_out)


async def stranger_in_danger(office: Office, case: Case) -> datetime | None:
    """Somebody whom nobody knows writes words of crisis, to a place with a roster and to one without.

    Who is there takes the pages over, as soon as they come.
    """
    people = {
        harborlight.FACILITY: office.person(Role.COUNSELOR),
        harborlight.NORTH: await office.world.platform.person(harborlight.NORTH_NURSE),
    }
    async with office.world.pace.slowly(PAGING_PACE):
        for number in (harborlight.SENDER_NUMBER, harborlight.NORTH_SENDER_NUMBER):
            await office.world.phones.write(STRANGER, number, IN_DANGER)
        for facility_id, person in people.items():
            page = await seen(partial(_sent_page, person, facility_id))
            if page is not None:
                await person.notifications.acknowledge_page(page.page_id, key=case.key(f"page-{page.page_id}"))
    return None


async def _sent_page(person: Person, facility_id: UUID) -> PageView | None:
    """A page that somebody got, or of which it is clear that nobody does."""
    pages = (await person.notifications.facility_pages(facility_id)).pages
    waits = (page for page in pages if page.acknowledged_at is None)
    return next((page for page in waits if page.level > 1 or page.round > 1), None)


async def refuse_number(office: Office, case: Case) -> datetime | None:
    """The providers refuse numbers for a while; a visit that is called off meanwhile cannot be told."""
    today = case.today(office.now())
    visit = ScheduleVisit(
        episode_id=case.episode_id,
        modality=Modality.INDIVIDUAL_THERAPY,
        starts_local=datetime.combine(today + timedelta(days=9), time(6, 30)),
        minutes=30,
        clinician_id=harborlight.LEAD,
        room_id=harborlight.SECOND_OFFICE,
    )
    scheduling = office.person(Role.SCHEDULER).scheduling
    made = await scheduling.schedule_visit(visit, key=case.key(f"visit-{today}"))
    for provider in PROVIDERS:
        await office.world.phones.behave(provider, sending="refuses")
    try:
        off = CancelSession(reason_code="clinician_absent")
        await scheduling.cancel_session(made.session_id, off, key=case.key(f"visit-off-{today}"))
        await seen(partial(_told_or_not, office, case, made.booking_id), within_s=TOLD_WITHIN_S)
    finally:
        for provider in PROVIDERS:
            await office.world.phones.behave(provider)
    return None


async def _told_or_not(office: Office, case: Case, booking_id: UUID) -> MessageView | None:
    messages = (await office.person(Role.COUNSELOR).notifications.messages(case.episode_id)).messages
    calls_off = (one for one in messages if one.about == booking_id and one.template is CANCELLED)
    return next((one for one in calls_off if one.ended_at is not None), None)
