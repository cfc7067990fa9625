"""What was found for the fields of a command, each with its path in the bundle."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Found:
    """Values by the name of a field, and where each was found."""

    values: dict[str, object] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: object, path: str) -> None:
        """A value for a field."""
        self.values[name] = value
        self.paths[name] = path
