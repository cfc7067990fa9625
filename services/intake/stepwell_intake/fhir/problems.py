"""What is wrong with a document, each thing once, by its path (`entry[0].resource.birthDate`)."""

from collections.abc import Sequence

from stepwell_kernel.errors import FieldProblem, Invalid

#: Enough for a person to see what a sender gets wrong; the rest shows once these are put right.
MOST = 100


class Problems:
    """Collects the first hundred while a document is read; values of the document never become part of it."""

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._problems)

    def add(self, path: str, problem: str) -> None:
        """Something is wrong there; what was noted first at a path stands."""
        if len(self._problems) < MOST:
            self._problems.setdefault(path, problem)

    def add_unless_known(self, path: str, problem: str) -> None:
        """Something is wrong there, unless only because a part of it is wrong and has been set aside."""
        below = (f"{path}.", f"{path}[")
        if not any(known.startswith(below) for known in self._problems):
            self.add(path, problem)

    def missing(self, path: str) -> None:
        """Nothing is there."""
        self.add_unless_known(path, "is missing")

    def error(self) -> Invalid:
        """Everything that was noted, as one error (`bundle_invalid`)."""
        fields = tuple(FieldProblem(path, problem) for path, problem in self._problems.items())
        return Invalid("bundle_invalid", "the bundle cannot be taken as a referral", fields=fields)


def path_of(start: str, location: Sequence[str | int]) -> str:
    """The path of a place below another one."""
    path = start
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path
