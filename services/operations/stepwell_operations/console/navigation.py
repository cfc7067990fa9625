"""The pages to which one can go from everywhere: their names, their keys, and to whom they are open."""

from collections.abc import Sequence
from dataclasses import dataclass

from stepwell_kernel.access import Action
from stepwell_kernel.caller import Caller
from stepwell_operations.domain.access import (
    READ_FACILITIES,
    READ_FIGURES,
    READ_JOURNEYS,
    READ_MESSAGES,
    READ_STATUS,
    READ_WORKLIST,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation; `key` follows a `g` on the keyboard."""

    name: str
    path: str
    key: str
    action: Action


PLACES: tuple[Place, ...] = (
    Place("Now", "/", "n", READ_STATUS),
    Place("Facilities", "/facilities", "f", READ_FACILITIES),
    Place("Journeys", "/journeys", "j", READ_JOURNEYS),
    Place("Messages", "/messages", "m", READ_MESSAGES),
    Place("Worklists", "/worklist", "w", READ_WORKLIST),
    Place("Figures", "/figures", "i", READ_FIGURES),
)


def places(caller: Caller) -> Sequence[Place]:
    """The pages that are open to somebody."""
    return [place for place in PLACES if place.action.grants(caller)]


def landing(caller: Caller) -> str:
    """Where somebody lands who names no page: on the first that is open to them; the first of all refuses the rest."""
    return next((place.path for place in places(caller)), PLACES[0].path)
