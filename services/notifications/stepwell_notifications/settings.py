"""Settings of notifications, from the environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from stepwell_notifications.channels.email import SENDER
from stepwell_runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Databases, port and secret of this service; the mail server, the sender and intake's address."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_NOTIFICATIONS_", frozen=True)

    smtp: str = Field(validation_alias="STEPWELL_SMTP")
    sender: str = SENDER
    intake_url: str = Field(validation_alias="STEPWELL_INTAKE_URL")
