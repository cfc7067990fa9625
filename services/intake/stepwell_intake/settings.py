"""Settings of intake, from the environment."""

from pydantic_settings import SettingsConfigDict

from stepwell_runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Databases, port and secret of this service."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_INTAKE_", frozen=True)
