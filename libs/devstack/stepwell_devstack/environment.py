"""The environment of each service process: addresses for all, secrets only for whom they belong to."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stepwell_devstack.secrets import Secrets
from stepwell_devstack.services import SERVICES, Service

TEMPORAL_NAMESPACE = "stepwell"

#: The shortest that a broker allows: a process that was killed has its partitions back after so long.
SESSION_TIMEOUT_MS = "6000"

#: What a person may set for every process of the platform.
_HANDED_ON = frozenset({"STEPWELL_LOG_LEVEL"})


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts are: host:port, or a base URL where the name says so."""

    postgres: str
    kafka: str
    temporal: str
    smtp: str
    issuer_url: str
    mailbox_url: str
    service_ports: Mapping[str, int]

    def service_url(self, name: str) -> str:
        """The base URL of a service."""
        return f"http://127.0.0.1:{self.service_ports[name]}"


def service_environment(
    service: Service, addresses: Addresses, secrets: Secrets, clock: Path, spans: Path
) -> dict[str, str]:
    """The whole environment of a service's process; no STEPWELL_ name of this process leaks into it."""
    prefix = f"STEPWELL_{service.settings_name}"
    foreign = {
        name: value for name, value in os.environ.items() if not name.startswith("STEPWELL_") or name in _HANDED_ON
    }
    peers = {f"STEPWELL_{peer.name.upper()}_URL": addresses.service_url(peer.name) for peer in SERVICES}
    return (
        foreign
        | peers
        | {
            "STEPWELL_CLOCK": str(clock),
            "STEPWELL_SPANS": str(spans),
            "STEPWELL_KEYS": str(secrets.keys_file),
            "STEPWELL_KAFKA_BROKERS": addresses.kafka,
            "STEPWELL_KAFKA_SESSION_TIMEOUT_MS": SESSION_TIMEOUT_MS,
            "STEPWELL_TEMPORAL_ADDRESS": addresses.temporal,
            "STEPWELL_TEMPORAL_NAMESPACE": TEMPORAL_NAMESPACE,
            "STEPWELL_ISSUER": addresses.issuer_url,
            "STEPWELL_SMTP": addresses.smtp,
            f"{prefix}_PORT": str(addresses.service_ports[service.name]),
            f"{prefix}_CLIENT_SECRET": secrets.client_secrets[service.name],
            f"{prefix}_DATABASE_URL": database_url(service, "app", addresses, secrets),
            f"{prefix}_RELAY_DATABASE_URL": database_url(service, "relay", addresses, secrets),
        }
        | (_sms_access(prefix, addresses, secrets) if service.name == "notifications" else {})
    )


def _sms_access(prefix: str, addresses: Addresses, secrets: Secrets) -> dict[str, str]:
    access = {
        name: {"url": f"{addresses.mailbox_url}/sms/{name}", "secret": secret}
        for name, secret in secrets.sms_secrets.items()
    }
    return {f"{prefix}_SMS": json.dumps(access)}


def database_url(service: Service, role: str, addresses: Addresses, secrets: Secrets) -> str:
    """The URL of the service's database for its role: owner, app or relay."""
    user = f"{service.database}_{role}"
    return f"postgresql://{user}:{secrets.database_passwords[user]}@{addresses.postgres}/{service.database}"
