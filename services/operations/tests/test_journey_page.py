"""The page of a journey: the story it tells, with its journey answering and without."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from services.operations.tests.clinical_events import (
    acknowledge,
    authorize,
    close_crisis,
    page as send_page,
    raise_crisis,
    readmit,
    review_plan,
    screen,
    sign_plan,
)
from services.operations.tests.episode_events import Episode, into_treatment, reference, week_of_care
from services.operations.tests.open_console import (
    COUNSELOR,
    FACILITY,
    OTHER_FACILITY,
    LocalIssuer,
    OpenConsole,
    parsed,
    project,
    running_console,
    texts,
)
from services.operations.tests.standing_journey import standing_journey
from stepwell_kernel.codes import Instrument, Phase, Role, TaskKind, TreatmentPart
from stepwell_kernel.ids import new_id
from stepwell_operations.journey_watch import JourneyWatch
from stepwell_testing.plugin import OpenEdge

CRISES = ".//section[@aria-labelledby='crises-heading']"
TIMELINE = ".//table[@class='timeline']"
AHEAD = f"{TIMELINE}/tbody[@class='ahead']/tr"
NOTE = f"{TIMELINE}/tbody[@class='note']/tr"
NO_TRACE = " \N{EN DASH}"
SERVICES = ".//nav[@aria-label='Service']/a"
STANDING = ".//section[@aria-labelledby='standing-heading']/p"


async def in_the_third_week(console: OpenConsole) -> Episode:
    """An episode in treatment for 12 days, of which a clinician could tell a story."""
    now = console.edge.clock.now()
    episode = into_treatment(Episode(FACILITY, now - timedelta(days=13, hours=2)))
    screen(episode, Instrument.PHQ_9, 17, "moderately_severe")
    plan = sign_plan(episode)
    authorize(episode, (now - timedelta(days=12)).date(), (now + timedelta(days=18)).date())
    week_of_care(episode, sessions=5)
    screen(episode.later(days=1), Instrument.PHQ_9, 12, "moderate")
    review_plan(episode, plan, goals=3, met=2)
    episode.enter(Phase.TREATMENT, TreatmentPart.SKILLS)
    task = episode.open_task(TaskKind.WEEKLY_HOURS_SHORT, Role.COUNSELOR, days=1)
    episode.later(days=2).escalate_task(task, Role.SUPERVISOR)
    clinic = reference(FACILITY, "Riverbend Center", "America/New_York", now - timedelta(days=90))
    await project(console.edge, [*clinic, *episode.incoming])
    return episode


async def test_it_says_where_things_stand_and_what_lies_ahead(
    open_edge: OpenEdge, local_issuer: LocalIssuer, workflow_environment: WorkflowEnvironment
) -> None:
    client = workflow_environment.client
    async with running_console(await open_edge("operations"), local_issuer, JourneyWatch(client, 10.0)) as console:
        episode = await in_the_third_week(console)
        due_at = console.edge.clock.now() + timedelta(days=4)
        async with standing_journey(client, episode.episode_id, due_at):
            browser = await console.signed_in(COUNSELOR)
            shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    (said,) = texts(shown, STANDING)
    assert said == (
        "In treatment (skills) for 12 d. 1 of 1 week met the hours. No session is ahead. "
        "Last PHQ-9 12, moderate, 3 d 19 h ago (17 before). "
        "Plan signed 18 Feb 2026, reviewed 26 Feb 2026 with 2 of 3 goals met; review due in 4 d. "
        "Authorization approved to 20 Mar 2026, 12 units."
    )
    assert [row.removesuffix(NO_TRACE) for row in texts(shown, AHEAD)] == [
        "Fri 6 Mar 12:00 Close of the week in 4 d by the journey itself journey",
        "12:00 Plan review in 4 d for counselor opens Fri 6 Mar 12:00 journey",
        "Fri 27 Feb 16:02 Weekly hours short 2 d 19 h late waits for counselor and supervisor escalated journey",
    ]
    parts = [part.get("class") for part in shown.findall(f"{TIMELINE}/tbody")]
    assert parts == ["ahead", "ahead", "now", *["past"] * (len(parts) - 3)]
    assert texts(shown, f"{TIMELINE}/tbody[@class='now']") == ["Now Mon 2 Mar 2026 12:00"]
    assert "does not answer" not in "".join(shown.itertext())


async def test_without_its_journey_it_shows_open_tasks_and_says_so(console: OpenConsole) -> None:
    episode = await in_the_third_week(console)
    browser = await console.signed_in(COUNSELOR)
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    (said,) = texts(shown, NOTE)
    assert said == "The journey does not answer at the moment: only tasks that events told of are shown ahead."
    assert [" ".join(row.split()[3:7]) for row in texts(shown, AHEAD)] == ["16:02 Weekly hours short"]
    before = len(episode.incoming)
    episode.enter(Phase.CLOSED)
    await project(console.edge, episode.incoming[before:])
    ended = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    assert texts(ended, NOTE) == ["The journey has ended; nothing lies ahead."]


async def test_the_timeline_is_narrowed_by_chips_that_stay_in_the_address(console: OpenConsole) -> None:
    episode = await in_the_third_week(console)
    browser = await console.signed_in(COUNSELOR)
    path = f"/journeys/{episode.episode_id}"
    whole = parsed((await browser.get(path)).text)
    counts = {name: len(episode.of(name)) for name in ("intake", "scheduling", "notifications")}
    assert texts(whole, SERVICES) == [
        f"all {len(episode.incoming)}",
        "ahead 1",
        *[f"{name} {count}" for name, count in counts.items()],
    ]
    (chip,) = [one for one in whole.findall(SERVICES) if one.get("id") == "by-scheduling"]
    seats = parsed((await browser.get(chip.get("href") or "")).text)
    assert texts(seats, f"{SERVICES}[@aria-current]") == [f"scheduling {counts['scheduling']}"]
    assert len(seats.findall(f"{TIMELINE}/tbody/tr")) == counts["scheduling"]
    live = seats.find(".//div[@id='live']")
    assert live is not None
    assert live.get("data-stream") == f"/console/stream{path}?service=scheduling"
    coming = parsed((await browser.get(f"{path}?service=journey")).text)
    assert len(coming.findall(AHEAD)) == 1
    assert coming.find(f"{TIMELINE}/tbody[@class='past']") is None
    assert (await browser.get(f"{path}?service=bliss")).status_code == 422


async def test_the_story_of_one_thing_is_what_names_its_id(console: OpenConsole) -> None:
    episode = await in_the_third_week(console)
    booked = next(one for one in episode.incoming if one.envelope.type == "stepwell.scheduling.appointment_booked.v1")
    browser = await console.signed_in(COUNSELOR)
    booking = booked.event.model_dump()["booking_id"]
    path = f"/journeys/{episode.episode_id}"
    shown = parsed((await browser.get(path, params={"about": str(booking)})).text)
    assert texts(shown, f"{TIMELINE}/tbody/tr/th[@scope='row']") == ["Attendance", "Message sent", "Seat booked"]
    assert texts(shown, ".//p[@class='count']") == [f"3 entries about {booking} · show all"]
    own = parsed((await browser.get(path, params={"about": str(booked.id)})).text)
    assert texts(own, f"{TIMELINE}/tbody/tr/th[@scope='row']") == ["Seat booked"]


async def test_hours_of_the_weeks_are_drawn_and_stand_in_a_table(console: OpenConsole) -> None:
    episode = await in_the_third_week(console)
    week_of_care(episode.later(days=1), sessions=2, missed=1)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    assert texts(shown, ".//svg[@class='hours']/title") == ["Attended against required hours of the last 2 weeks"]
    bars = shown.findall(".//svg[@class='hours']/rect")
    assert [bar.get("class") for bar in bars] == ["fill", "short"]
    assert [float(bar.get("height") or 0) for bar in bars] == [84.0, 16.8]
    assert [row.split(" ", 3)[3] for row in texts(shown, ".//table[@class='weeks']/tbody/tr")] == [
        "2 h 9 h",
        "10 h 9 h",
    ]


async def test_an_open_crisis_stands_above_all_with_its_page(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=2)))
    episode.at = console.edge.clock.now() - timedelta(minutes=9)
    crisis, paged = raise_crisis(episode), new_id()
    send_page(episode.later(minutes=6), crisis, paged, 2)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    path = f"/journeys/{episode.episode_id}"
    shown = parsed((await browser.get(path)).text)
    (said,) = texts(shown, f"{CRISES}//li")
    assert said == (
        "Crisis for 9 min since Mon 2 Mar 2026 16:51 page to level 2 sent 3 min ago, not acknowledged "
        f"ends with POST /v1/episodes/…{str(episode.episode_id)[-8:]}/crises/…{str(crisis)[-8:]}/disposition"
    )
    for page_with_it in ("/", "/worklist"):
        assert parsed((await browser.get(page_with_it)).text).find(f".//li[@id='crisis-{crisis}']") is not None
    before = len(episode.incoming)
    acknowledge(episode.later(minutes=1), crisis, paged)
    await project(console.edge, episode.incoming[before:])
    (said,) = texts(parsed((await browser.get(path)).text), f"{CRISES}//li")
    assert "page acknowledged 2 min ago" in said
    before = len(episode.incoming)
    close_crisis(episode, crisis)
    await project(console.edge, episode.incoming[before:])
    assert parsed((await browser.get(path)).text).find(CRISES) is None


async def test_a_step_up_stands_in_treatment_with_the_later_phases_left_again(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=90)))
    episode.later(days=60).enter(Phase.STEP_DOWN)
    episode.later(days=10).enter(Phase.AFTERCARE)
    episode.later(days=10).enter(Phase.TREATMENT, TreatmentPart.STABILIZE)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    way = [step.get("class") for step in shown.findall(".//ol[@class='way']/li")]
    assert way == ["done", "done", "done", "here", "left", "left", "ahead"]
    assert texts(shown, STANDING)[0].startswith("In treatment (stabilize) for 8 d 23 h, back from aftercare.")


async def test_a_hold_is_shown_where_the_way_is_paused(console: OpenConsole) -> None:
    episode = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=9)))
    episode.later(days=3).enter(Phase.ON_HOLD)
    await project(console.edge, episode.incoming)
    browser = await console.signed_in(COUNSELOR)
    shown = parsed((await browser.get(f"/journeys/{episode.episode_id}")).text)
    assert texts(shown, ".//ol[@class='way']/li[@class='paused']/span") == ["on hold"]
    assert texts(shown, ".//p[@class='aside']") == ["on hold since Wed 25 Feb 2026 17:02"]


async def test_episodes_of_a_patient_are_linked_within_the_persons_facilities(console: OpenConsole) -> None:
    former = into_treatment(Episode(FACILITY, console.edge.clock.now() - timedelta(days=90)))
    former.later(days=60).enter(Phase.CLOSED)
    latter = readmit(former.later(days=9))
    elsewhere = readmit(latter.later(days=9), OTHER_FACILITY)
    await project(console.edge, former.incoming)
    browser = await console.signed_in(COUNSELOR)
    first, second = (f"/journeys/{one.episode_id}" for one in (former, latter))
    shown = parsed((await browser.get(second)).text)
    assert [link.get("href") for link in shown.findall(".//dl[@class='facts']//a")] == [first]
    shown = parsed((await browser.get(first)).text)
    assert [link.get("href") for link in shown.findall(".//dl[@class='facts']//a")] == [second]
    assert str(elsewhere.episode_id) not in (await browser.get(second)).text
