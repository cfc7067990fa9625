"""Whether a patient may be reached now."""

from collections.abc import Iterable

from stepwell_intake.domain.episodes import OPEN
from stepwell_kernel.codes import Phase


def reason_against_contact(
    *, phases: Iterable[Phase], deceased: bool, permitted: bool, has_address: bool
) -> str | None:
    """Why nothing may be sent, as a code; None when the patient may be reached.

    After death all messages stop at once, not only when the episode has been closed.
    """
    if deceased:
        return "deceased"
    if OPEN.isdisjoint(phases):
        return "care_ended"
    if not permitted:
        return "not_permitted"
    return None if has_address else "no_address"
