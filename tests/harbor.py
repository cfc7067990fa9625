"""The second tenant's center for slice tests: published, its series running, its clock and its texts in hand."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2

from stepwell_contracts.http.intake import SetContactPermission
from stepwell_contracts.http.notifications_replies import SetSenderNumbers
from stepwell_contracts.http.scheduling import PublishReference
from stepwell_contracts.http.scheduling_plans import AvailabilityWindow, SetAvailability
from stepwell_kernel.codes import Channel
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at, resolve_forward
from stepwell_kernel.scheduling_codes import BlockedBy
from stepwell_simulation import harborlight
from stepwell_simulation.living.phones import Phones
from stepwell_simulation.platform import Person
from stepwell_simulation.story import Staff, Story, run_clock
from stepwell_testing.eventually import eventually
from tests.conftest import Whole
from tests.stories import timeline

DAY_S = 2.0
LONGEST_WAIT_S = 120.0

#: Places in the Saturday group, so that a few patients fill it.
SATURDAY_PLACES = 2


@dataclass
class Harbor:
    """The center, as its staff see it. All commands' keys are derived from one id."""

    whole: Whole
    staff: Staff
    lead: Person
    nurse: Person
    north_nurse: Person
    administrator: Person
    opened: Story
    texts: "Texts"
    series: dict[UUID, list[UUID]] = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)

    def now(self) -> datetime:
        """Domain time."""
        return self.opened.now()

    def today(self) -> date:
        """The center's local day."""
        return local_at(self.now(), harborlight.ZONE).date()

    def at(self, day: date, local: time) -> datetime:
        """The instant of a local time of the center."""
        return resolve_forward(datetime.combine(day, local), harborlight.ZONE)

    def key(self, step: str) -> str:
        """The key of a step's command."""
        return self.opened.key(step)

    async def until(self, instant: datetime) -> None:
        """Wait for an instant of domain time."""
        await eventually(self.now, until=lambda now: now >= instant, within_s=LONGEST_WAIT_S)

    async def run_clock(self, factor: float) -> None:
        """Change the pace of domain time for all."""
        await run_clock(self.opened, factor)
        for story in self.stories:
            story.time = self.opened.time

    async def referred(self, name: str, phone: str | None = None) -> Story:
        """A patient whom somebody reached after the referral."""
        story = Story(
            self.whole.outside,
            self.staff,
            lambda _: None,
            self.opened.time,
            email=f"{name}@example.org",
            phone=phone,
            enrollment=harborlight.AT_HARBORLIGHT,
        )
        self.stories.append(story)
        await story.refer()
        await story.reach()
        return story

    async def assessed(self, name: str) -> Story:
        """A patient at the decision to admit."""
        story = await self.referred(name)
        await story.assess()
        return story

    async def patient(self, name: str, phone: str | None = None) -> Story:
        """A patient who has been admitted to the intensive program, and may be texted where there is a phone."""
        story = await self.referred(name, phone)
        if phone is not None:
            await self.lead.intake.set_contact_permission(
                story.patient_id, Channel.SMS, SetContactPermission(permitted=True), key=story.key("texts")
            )
        await _available_on_weekdays(self, story)
        await story.admit()
        return story


class Texts(Phones):
    """The two providers of text messages, as the local simulator lets tests steer them."""

    async def bring_in(self, sender: str, text: str, *, to: str = harborlight.SENDER_NUMBER) -> None:
        """Somebody writes to the center's number, and the platform takes it."""
        assert await self.write(sender, to, text) == 201

    async def sent_to(self, recipient: str) -> list[dict[str, Any]]:
        """What both providers took over for a number, the newest first."""
        query = {"channel": "sms", "recipient": recipient}
        answer = await self.http.get(f"{self.mailbox_url}/messages.json", params=query)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return found


async def open_harbor(whole: Whole, http: httpx2.AsyncClient) -> Harbor:
    """The center, with all its series from the next day on."""
    lead = await whole.outside.person(harborlight.LEAD)
    administrator = await whole.outside.person(harborlight.ADMINISTRATOR)
    staff = Staff(lead, lead, lead, lead, lead, administrator)
    opened = Story(whole.outside, staff, lambda _: None, await whole.outside.time(), story_id=new_id())
    harbor = Harbor(
        whole,
        staff,
        lead,
        await whole.outside.person(harborlight.NURSE),
        await whole.outside.person(harborlight.NORTH_NURSE),
        administrator,
        opened,
        Texts(http, whole.outside.url("sms"), whole.outside.url("mailbox")),
    )
    await _publish(harbor)
    for number, series in enumerate(harborlight.SERIES):
        planned = await lead.scheduling.start_series(
            series.group_id, series.from_day(harbor.today() + timedelta(days=1)), key=harbor.key(f"series-{number}")
        )
        harbor.series.setdefault(series.group_id, []).append(planned.series_id)
    return harbor


async def _available_on_weekdays(harbor: Harbor, story: Story) -> None:
    """The patient works on Saturdays and in the evenings."""
    body = SetAvailability(
        effective_from=harbor.today(),
        windows=tuple(AvailabilityWindow(weekday=weekday, opens=time(8), closes=time(17)) for weekday in range(5)),
        blocked_by=(BlockedBy.WORK,),
    )
    await harbor.lead.scheduling.set_availability(story.episode_id, body, key=story.key("availability"))


async def _publish(harbor: Harbor) -> None:
    """The reference data, with a Saturday group that a few patients fill."""
    scheduling, notifications = harbor.administrator.scheduling, harbor.administrator.notifications
    await scheduling.publish_reference(harborlight.FACILITY, _center(), key=harbor.key("center"))
    await scheduling.publish_reference(harborlight.NORTH, harborlight.north_reference(), key=harbor.key("north"))
    await notifications.set_on_call(harborlight.FACILITY, harborlight.on_call(), key=harbor.key("on-call"))
    numbers = SetSenderNumbers(numbers=(harborlight.SENDER_NUMBER,))
    await notifications.set_sender_numbers(harborlight.FACILITY, numbers, key=harbor.key("numbers"))
    north = SetSenderNumbers(numbers=(harborlight.NORTH_SENDER_NUMBER,))
    await notifications.set_sender_numbers(harborlight.NORTH, north, key=harbor.key("north-numbers"))


def _center() -> PublishReference:
    reference = harborlight.reference()
    groups = [group for group in reference.groups if group.group_id != harborlight.SATURDAY_GROUP]
    small = next(group for group in reference.groups if group.group_id == harborlight.SATURDAY_GROUP)
    small = small.model_copy(update={"capacity": SATURDAY_PLACES})
    return reference.model_copy(update={"groups": (*groups, small)})


async def types_of(harbor: Harbor, episode_id: UUID) -> list[str]:
    """The types of an episode's events, as operations tells them."""
    return await timeline(harbor.whole.outside, episode_id, harborlight.OPERATOR)


async def comes(harbor: Harbor, episode_id: UUID, event: str, *, within_s: float = 30) -> list[str]:
    """Wait until operations has been told of an event of an episode."""
    return await eventually(lambda: types_of(harbor, episode_id), until=lambda types: event in types, within_s=within_s)
