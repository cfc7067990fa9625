"""Settings of the journeys' process, from the environment."""

from pydantic_settings import SettingsConfigDict

from stepwell_runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Database of the bridge, port and secret."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_JOURNEYS_", frozen=True)
