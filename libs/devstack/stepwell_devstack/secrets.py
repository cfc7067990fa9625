"""The secrets of one local platform: made at first start, kept under its folder for the owner alone."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stepwell_devstack.auditor import AUDITOR
from stepwell_devstack.private_files import write_private
from stepwell_devstack.services import COMMAND_LINE_CLIENT, SERVICES, SMS_PROVIDERS

POSTGRES_SUPERUSER = "postgres"

_KEY_BYTES = 32
_ROLES = ("owner", "app", "relay")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords of database roles, secrets of clients and providers, the control token; paths of the key files."""

    database_passwords: Mapping[str, str]
    client_secrets: Mapping[str, str]
    sms_secrets: Mapping[str, str]
    control_token: str
    keys_file: Path
    signing_key_file: Path


def load_or_make(folder: Path) -> Secrets:
    """The secrets in this folder (mode 0700); what is missing is made, what is there is never changed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = [*_database_names(), *_client_names(), *_sms_names(), "control"]
    complete = {name: secrets.token_urlsafe(_KEY_BYTES) for name in wanted} | kept
    if complete != kept:
        write_private(path, json.dumps(complete, indent=2) + "\n")
    keys_file = folder / "keys.json"
    if not keys_file.exists():
        write_private(keys_file, json.dumps(_fresh_keys(), indent=2) + "\n")
    return Secrets(
        database_passwords={name.removeprefix("database/"): complete[name] for name in _database_names()},
        client_secrets={name.removeprefix("client/"): complete[name] for name in _client_names()},
        sms_secrets={name.removeprefix("sms/"): complete[name] for name in _sms_names()},
        control_token=complete["control"],
        keys_file=keys_file,
        signing_key_file=folder / "issuer-signing-key.json",
    )


def _database_names() -> list[str]:
    roles = [f"{service.database}_{role}" for service in SERVICES for role in _ROLES]
    return [f"database/{role}" for role in (POSTGRES_SUPERUSER, AUDITOR, *roles)]


def _client_names() -> list[str]:
    return [f"client/{name}" for name in (*(service.name for service in SERVICES), COMMAND_LINE_CLIENT)]


def _sms_names() -> list[str]:
    return [f"sms/{provider}" for provider in SMS_PROVIDERS]


def _fresh_keys() -> Mapping[str, object]:
    """The document behind STEPWELL_KEYS: keys of fields, search index, workflow payloads and sessions."""
    return {
        "field_keys": {"current": "k1", "keys": {"k1": _key()}},
        "index_key": _key(),
        "payload_keys": {"current": "p1", "keys": {"p1": _key()}},
        "session_key": _key(),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")
