"""The world around the network: phones and their providers, the machine, and the pace of time."""

from dataclasses import dataclass

from stepwell_simulation.living.pace import Pace
from stepwell_simulation.living.phones import Phones
from stepwell_simulation.platform import RunningPlatform


@dataclass(frozen=True, slots=True)
class World:
    """What happens outside of the offices."""

    platform: RunningPlatform
    phones: Phones
    pace: Pace
