"""Reads elements with the models of FHIR: what the library finds wrong is noted and set aside, the rest is read."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from stepwell_intake.fhir.problems import MOST, Problems, path_of

Element = TypeVar("Element", bound=BaseModel)
Json = Mapping[str, JsonValue]
Location = tuple[str | int, ...]

#: Some faults show only when others are gone, such as a required value in a resource whose elements are malformed.
ROUNDS = 4
#: The library says which values are missing by two codes, of its own and of pydantic.
MISSING = frozenset({"missing", "model_field_validation.missing"})
UNKNOWN = "extra_forbidden"
ROOT = "root"


def read(model: type[Element], raw: Json, path: str, problems: Problems) -> Element | None:
    """The element without what is wrong in it; None when too little is left of it."""
    rest: JsonValue = dict(raw)
    for _ in range(ROUNDS):
        try:
            return model.model_validate(rest)
        except ValidationError as error:
            faults = [
                (_place(one["loc"], one["type"]), one["type"])
                for one in error.errors(include_url=False, include_input=False)
            ]
        for location, kind in faults:
            problems.add(path_of(path, location), _words(kind))
        cuts = {_cut(location, kind) for location, kind in faults}
        if () in cuts or len(cuts) > MOST:
            return None
        rest = _without(rest, cuts)
    return None


def _place(location: Location, kind: str) -> Location:
    """Where the fault is; the library adds a part of its own to the place of an element that is no object."""
    return location[:-1] if kind != UNKNOWN and location[-1:] == (ROOT,) else location


def _words(kind: str) -> str:
    """Our own words: those of a validator may quote the value."""
    if kind in MISSING:
        return "is missing"
    return "is no element here" if kind == UNKNOWN else "has the wrong form"


def _cut(location: Location, kind: str) -> Location:
    """What to set aside: the element itself, the parent of one that is missing, a list as a whole."""
    cut = location[:-1] if kind in MISSING else location
    while cut and isinstance(cut[-1], int):
        cut = cut[:-1]
    return cut


def _without(value: JsonValue, cuts: Collection[Location]) -> JsonValue:
    if not cuts:
        return value
    if isinstance(value, dict):
        return {name: _without(inner, _below(cuts, name)) for name, inner in value.items() if (name,) not in cuts}
    if isinstance(value, list):
        return [_without(inner, _below(cuts, index)) for index, inner in enumerate(value)]
    return value


def _below(cuts: Collection[Location], part: str | int) -> set[Location]:
    return {cut[1:] for cut in cuts if cut and cut[0] == part}
