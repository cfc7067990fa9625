"""Settings of notifications, from the environment."""

from collections.abc import Mapping

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from stepwell_notifications.channels.email import SENDER
from stepwell_runtime.settings import ServiceSettings


class SmsAccess(BaseModel):
    """Where a provider of text messages is, and the secret by which the two know each other."""

    url: str
    secret: SecretStr


class Settings(ServiceSettings):
    """Databases, port and secret of this service; mail server and sender, providers of text messages, intake's address.

    `sms` is JSON: by the provider's name its url and secret. The rules say in which order they are asked.
    """

    model_config = SettingsConfigDict(env_prefix="STEPWELL_NOTIFICATIONS_", frozen=True)

    smtp: str = Field(validation_alias="STEPWELL_SMTP")
    sender: str = SENDER
    sms: Mapping[str, SmsAccess]
    intake_url: str = Field(validation_alias="STEPWELL_INTAKE_URL")
