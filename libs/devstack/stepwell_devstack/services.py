"""The services of Stepwell as the local platform starts them: databases, roles, ports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One service process: its name is its token audience, its client id and `python -m stepwell_<name>`."""

    name: str
    roles: tuple[str, ...]
    usual_port: int
    database: str

    @property
    def module(self) -> str:
        """The package that `python -m` starts."""
        return f"stepwell_{self.name}"

    @property
    def settings_name(self) -> str:
        """The NAME in STEPWELL_<NAME>_PORT and its siblings; JOURNEYS for the workflows."""
        return self.database.upper()


SERVICES = (
    Service("intake", ("api", "relay", "consumer", "activities", "duties"), 8401, "intake"),
    Service("scheduling", ("api", "relay", "consumer", "activities", "duties"), 8402, "scheduling"),
    Service("medication", ("api", "relay", "consumer", "activities", "duties"), 8403, "medication"),
    Service("notifications", ("api", "relay", "consumer", "activities", "duties"), 8404, "notifications"),
    Service("workflows", ("journeys", "bridge"), 8405, "journeys"),
    Service("operations", ("api", "projections"), 8400, "operations"),
)

SERVICE_NAMES = tuple(service.name for service in SERVICES)

#: The providers of text messages that the platform has an account with.
SMS_PROVIDERS = ("alpha", "bravo")

#: The client of the `stepwell` command line and of test drivers.
COMMAND_LINE_CLIENT = "cli"
