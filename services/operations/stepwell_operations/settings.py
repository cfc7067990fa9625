"""Settings of operations, from the environment."""

from collections.abc import Mapping

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from stepwell_runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Databases, port and secret of this service; the base URLs of all processes, its own among them."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_OPERATIONS_", frozen=True)

    own_url: str = Field(validation_alias="STEPWELL_OPERATIONS_URL")
    intake_url: str = Field(validation_alias="STEPWELL_INTAKE_URL")
    scheduling_url: str = Field(validation_alias="STEPWELL_SCHEDULING_URL")
    medication_url: str = Field(validation_alias="STEPWELL_MEDICATION_URL")
    notifications_url: str = Field(validation_alias="STEPWELL_NOTIFICATIONS_URL")
    workflows_url: str = Field(validation_alias="STEPWELL_WORKFLOWS_URL")

    def part_urls(self) -> Mapping[str, str]:
        """Every process by its name, which is its audience."""
        return {
            "intake": self.intake_url,
            "scheduling": self.scheduling_url,
            "medication": self.medication_url,
            "notifications": self.notifications_url,
            "workflows": self.workflows_url,
            "operations": self.own_url,
        }
