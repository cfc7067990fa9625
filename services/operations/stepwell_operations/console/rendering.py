"""The templates, with the words of the console as their filters."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stepwell_operations import words
from stepwell_operations.console.addresses import address
from stepwell_operations.console.navigation import places
from stepwell_operations.domain.way import SIDE_DOORS, WAY


class Templates:
    """Renders with escaping; a name that is missing in the values is an error."""

    def __init__(self) -> None:
        static = Path(str(files("stepwell_operations"))) / "console" / "static"
        version = _version(static)
        self._environment = Environment(
            loader=FileSystemLoader(str(files("stepwell_operations") / "console" / "templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"way": WAY, "side_doors": SIDE_DOORS, "details": words.details, "places": places}
        self._environment.globals["address"] = address
        self._environment.globals["asset"] = lambda name: f"/static/{name}?{version}"
        self._environment.filters |= {
            "clock": words.clock,
            "command": words.command,
            "counted": words.counted,
            "day": words.day,
            "due": words.due,
            "event_name": words.event_name,
            "hours": words.hours,
            "local": words.local,
            "pace": words.pace,
            "paging": words.paging,
            "plain": words.plain,
            "sentence": words.sentence,
            "short": words.short,
            "short_clock": words.short_clock,
            "span": words.span,
            "weekday": words.weekday,
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The text of a template."""
        return self._environment.get_template(template).render(values)


def _version(folder: Path) -> str:
    """Changes when a static file does, so that no browser goes on with an old one."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
