"""Settings: a wrong one is named, and no secret is told with it."""

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from stepwell_runtime.settings import ServiceSettings

SECRET = "postgresql://clinic_app:hunter2@127.0.0.1/clinic"


class ClinicSettings(ServiceSettings):
    """Settings of a service, written as services write theirs."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_CLINIC_", frozen=True)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A whole environment."""
    for name, value in (
        ("DATABASE_URL", SECRET),
        ("RELAY_DATABASE_URL", SECRET),
        ("PORT", "8402"),
        ("CLIENT_SECRET", "hunter2"),
    ):
        monkeypatch.setenv(f"STEPWELL_CLINIC_{name}", value)
    return monkeypatch


def test_settings_come_from_the_environment_and_hide_their_secrets(environment: pytest.MonkeyPatch) -> None:
    settings = ClinicSettings()
    assert (settings.port, settings.database_url.get_secret_value()) == (8402, SECRET)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"), [("CLIENT_SECRET", None), ("DATABASE_URL", None), ("PORT", "0"), ("PORT", "eighty")]
)
def test_a_wrong_setting_is_named_without_any_value(
    environment: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    if value is None:
        environment.delenv(f"STEPWELL_CLINIC_{name}")
    else:
        environment.setenv(f"STEPWELL_CLINIC_{name}", value)
    with pytest.raises(ValidationError) as refusal:
        ClinicSettings()
    assert name.lower() in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
