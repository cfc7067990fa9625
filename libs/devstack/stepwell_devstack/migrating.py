"""Databases, roles, schemas and topics: everything that the services find when they start."""

import asyncio
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from stepwell_devstack.auditor import AUDITOR, admit_auditor
from stepwell_devstack.roles import prepare_database
from stepwell_devstack.secrets import Secrets
from stepwell_devstack.services import SERVICES, Service
from stepwell_kernel.errors import Unavailable
from stepwell_messaging.serving import migrations_of
from stepwell_postgres.migrate import migrate


async def prepare_databases(superuser_url: str, secrets: Secrets) -> None:
    """Make what is missing of every service's database, and apply the migrations that it lacks."""
    for service in SERVICES:
        await prepare_database(superuser_url, service.database, _passwords(service, secrets))
    await asyncio.gather(*(_migrate(service, superuser_url, secrets) for service in SERVICES))
    owners = [(service.database, f"{service.database}_owner") for service in SERVICES]
    await admit_auditor(superuser_url, owners, secrets.database_passwords[AUDITOR])


async def _migrate(service: Service, superuser_url: str, secrets: Secrets) -> None:
    owner = f"{service.database}_owner"
    server = superuser_url.rsplit("@", 1)[1].split("/", 1)[0]
    url = f"postgresql://{owner}:{secrets.database_passwords[owner]}@{server}/{service.database}"
    await migrate(url, migrations_of(package_file(service.module)))


def _passwords(service: Service, secrets: Secrets) -> Mapping[str, str]:
    prefix = f"{service.database}_"
    return {role: password for role, password in secrets.database_passwords.items() if role.startswith(prefix)}


def package_file(module: str) -> str:
    """Where a service's package lies, without importing it."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise Unavailable("service_missing", f"{module} is not installed; `make .venv/ready` brings it")
    return str(Path(found.origin))
