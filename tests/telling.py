"""One patient's story told to its end on a scaled clock: a day in seconds while care is given, fast in aftercare."""

from stepwell_simulation.platform import REAL_TIME, SECONDS_PER_DAY, RunningPlatform
from stepwell_simulation.story import STEP_DOWN, TREATMENT, Story, open_story, run_clock

FIRST_CALLS = 2

#: How long a day lasts, in wall seconds: while care is given, in the first week after it, and in aftercare. The first
#: two calls after a discharge can be made within a few days only.
CARE_DAY_S = 3.0
FIRST_WEEK_DAY_S = 1.0
AFTERCARE_DAY_S = 0.06


async def tell_story(platform: RunningPlatform) -> Story:
    """Tell one story to its end; the clock runs in real time again afterwards."""
    story = await open_story(platform, lambda _: None)
    try:
        await story.refer()
        await story.reach()
        await story.admit()
        await story.book()
        await story.medicate()
        await run_clock(story, SECONDS_PER_DAY / CARE_DAY_S)
        await story.attend(story.now() + TREATMENT)
        await story.step_down()
        await story.attend(story.now() + STEP_DOWN)
        await story.discharge()
        await run_clock(story, SECONDS_PER_DAY / FIRST_WEEK_DAY_S)
        await story.follow_up(calls=FIRST_CALLS)
        await run_clock(story, SECONDS_PER_DAY / AFTERCARE_DAY_S)
        await story.follow_up()
    finally:
        await run_clock(story, REAL_TIME)
    return story
