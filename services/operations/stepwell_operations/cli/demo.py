"""`stepwell demo`, with a line for each step as it happens."""

import time

from rich.console import Console

from stepwell_simulation.demo import Pace, open_story, run_demo
from stepwell_simulation.platform import RunningPlatform


async def show_demo(console: Console, platform: RunningPlatform, day_s: float, *, only_network: bool) -> None:
    """Tell one patient's story; the console's page shows it as it goes."""
    begun = time.monotonic()

    def tell(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {line}", highlight=False)

    if only_network:
        await open_story(platform, tell)
        return
    console.print(f"watch it at {platform.console}/journeys")
    story = await run_demo(platform, tell, Pace(care_day_s=day_s))
    tell(f"done: {platform.console}/journeys/{story.episode_id}")
