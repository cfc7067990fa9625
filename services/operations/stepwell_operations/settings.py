"""Settings of operations, from the environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from stepwell_runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Databases, port and secret of this service; the addresses of all processes."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_OPERATIONS_", frozen=True)

    own_url: str = Field(validation_alias="STEPWELL_OPERATIONS_URL")
    intake_url: str = Field(validation_alias="STEPWELL_INTAKE_URL")
    scheduling_url: str = Field(validation_alias="STEPWELL_SCHEDULING_URL")
    medication_url: str = Field(validation_alias="STEPWELL_MEDICATION_URL")
    notifications_url: str = Field(validation_alias="STEPWELL_NOTIFICATIONS_URL")
    workflows_url: str = Field(validation_alias="STEPWELL_WORKFLOWS_URL")
