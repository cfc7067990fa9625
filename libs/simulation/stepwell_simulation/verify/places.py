"""Where the parts of a platform are, and with what the verdict looks into them: from `run.json`, and nothing else."""

import json
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from stepwell_contracts.base import Value
from stepwell_kernel.errors import Unavailable


class Servers(Value):
    """host:port of each server."""

    postgres: str
    kafka: str
    temporal: str


class Auditor(Value):
    """The login that may read, the file of the keys that open workflow payloads, and the namespace of workflows."""

    user: str
    password: str
    keys: Path
    namespace: str


class Places(Value):
    """What the verdict needs to know of a platform."""

    addresses: Servers
    auditor: Auditor
    clock: Path

    def database(self, name: str) -> str:
        """The URL of a database for the auditor."""
        return f"postgresql://{self.auditor.user}:{quote(self.auditor.password)}@{self.addresses.postgres}/{name}"


def read_places(home: Path) -> Places:
    """The places of the platform in this folder; Unavailable (`platform_not_running`) when none runs there."""
    try:
        run = json.loads((home / "run.json").read_text(encoding="utf-8"))
        return Places.model_validate({name: run[name] for name in Places.model_fields})
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise Unavailable("platform_not_running", "no platform runs here; `make run` starts one") from error
