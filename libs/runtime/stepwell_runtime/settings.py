"""Settings that processes share, from the environment; a wrong one fails at start with its name."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65_535)]


class PlatformSettings(BaseSettings):
    """What every process needs to find the rest of the platform.

    `kafka_session_timeout_ms` is how long the partitions of a member that died wait for another one.
    """

    model_config = SettingsConfigDict(env_prefix="STEPWELL_", frozen=True, hide_input_in_errors=True)

    kafka_brokers: str
    kafka_session_timeout_ms: int = 45_000
    temporal_address: str
    temporal_namespace: str = "stepwell"
    issuer: str
    keys: Path
    clock: Path | None = None
    spans: Path | None = None
    log_level: str = "INFO"


class ServiceSettings(BaseSettings):
    """What a service with a database needs; each service sets its own prefix."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: SecretStr
    relay_database_url: SecretStr
    port: Port
    client_secret: SecretStr
