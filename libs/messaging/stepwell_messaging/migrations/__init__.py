"""The platform migrations that libraries ship, in one sequence of numbers."""

from importlib.resources import files
from pathlib import Path

from stepwell_postgres.migrate import PLATFORM

PLATFORM_FOLDERS: tuple[Path, ...] = (
    PLATFORM,
    Path(str(files("stepwell_messaging"))) / "migrations" / "platform",
)
