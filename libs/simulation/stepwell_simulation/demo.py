"""The demonstration: one patient on a scaled clock, a day in seconds while care is given, fast through aftercare."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from stepwell_simulation.platform import RunningPlatform
from stepwell_simulation.story import STEP_DOWN, TREATMENT, Story, Tell, sign_in

SECONDS_PER_DAY = 24 * 60 * 60
REAL_TIME = 1.0
FIRST_CALLS = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a day lasts, in wall seconds: while care is given, in the first week after it, and in aftercare.

    The first two calls after a discharge can be made within a few days only.
    """

    care_day_s: float = 2.0
    first_week_day_s: float = 1.0
    aftercare_day_s: float = 0.06


async def open_story(platform: RunningPlatform, tell: Tell) -> Story:
    """A story with its staff signed in and the clinic open."""
    story = Story(platform, await sign_in(platform), tell, await platform.time())
    await story.open_clinic()
    return story


async def run_demo(platform: RunningPlatform, tell: Tell, pace: Pace = Pace()) -> Story:
    """Tell one story to its end; the clock runs in real time again afterwards."""
    story = await open_story(platform, tell)
    try:
        await story.refer()
        await story.reach()
        await story.admit()
        await story.book()
        await story.medicate()
        await run_clock(story, SECONDS_PER_DAY / pace.care_day_s)
        await story.attend(story.now() + TREATMENT)
        await story.step_down()
        await story.attend(story.now() + STEP_DOWN)
        await story.discharge()
        await run_clock(story, SECONDS_PER_DAY / pace.first_week_day_s)
        await story.follow_up(calls=FIRST_CALLS)
        await run_clock(story, SECONDS_PER_DAY / pace.aftercare_day_s)
        await story.follow_up()
    finally:
        await run_clock(story, REAL_TIME)
    return story


async def run_clock(story: Story, factor: float) -> None:
    """Change the clock's pace and wait until it runs so."""
    segment = await story.platform.run_clock(factor)
    await asyncio.sleep(max((segment.wall_from - datetime.now(UTC)).total_seconds(), 0))
    story.time = await story.platform.time()
