"""One patient's story told to its end on a scaled clock: a day in seconds while care is given, fast in aftercare."""

from dataclasses import dataclass

from stepwell_simulation.platform import REAL_TIME, SECONDS_PER_DAY, RunningPlatform
from stepwell_simulation.story import STEP_DOWN, TREATMENT, Story, open_story, run_clock

FIRST_CALLS = 2


@dataclass(frozen=True, slots=True)
class Days:
    """How long a day lasts, in wall seconds: while care is given, in the first week after it, and in aftercare.

    The first two calls after a discharge can be made within a few days only.
    """

    in_care_s: float = 3.0
    first_week_s: float = 1.0
    aftercare_s: float = 0.06


async def tell_story(platform: RunningPlatform, days: Days = Days()) -> Story:
    """Tell one story to its end; the clock runs in real time again afterwards."""
    story = await open_story(platform, lambda _: None)
    try:
        await story.refer()
        await story.reach()
        await story.admit()
        await story.book()
        await story.medicate()
        await run_clock(story, SECONDS_PER_DAY / days.in_care_s)
        await story.attend(story.now() + TREATMENT)
        await story.step_down()
        await story.attend(story.now() + STEP_DOWN)
        await story.discharge()
        await run_clock(story, SECONDS_PER_DAY / days.first_week_s)
        await story.follow_up(calls=FIRST_CALLS)
        await run_clock(story, SECONDS_PER_DAY / days.aftercare_s)
        await story.follow_up()
    finally:
        await run_clock(story, REAL_TIME)
    return story
