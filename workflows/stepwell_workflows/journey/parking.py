"""Facts that could not be applied: kept as they came, and owed until they are applied."""

from typing import Any

from stepwell_contracts.envelope import Envelope
from stepwell_workflows.journey.state import JourneyState, Owed, Parked


def park(state: JourneyState, raw: dict[str, Any], error: Exception) -> JourneyState:
    """Keep a signal that raised; later facts of its service are applied, and do not make it a repeat."""
    parked = (*state.parked, Parked(raw=raw, error=type(error).__name__))
    return state.model_copy(update={"parked": parked, "owed": _with(state.owed, raw)})


def is_owed(state: JourneyState, envelope: Envelope) -> bool:
    """Whether the fact was parked and has not been applied since."""
    return envelope.version in state.owed.get(envelope.source, ())


def without(owed: Owed, envelope: Envelope) -> Owed:
    """What is owed once the fact has been applied."""
    rest = tuple(version for version in owed.get(envelope.source, ()) if version != envelope.version)
    others = {source: versions for source, versions in owed.items() if source != envelope.source}
    return {**others, envelope.source: rest} if rest else others


def _with(owed: Owed, raw: dict[str, Any]) -> Owed:
    """The signal may be of a form that today's code cannot read, so only its place in the stream is looked at."""
    match raw:
        case {"envelope": {"source": str(source), "version": int(version)}}:
            known = owed.get(source, ())
            return owed if version in known else {**owed, source: (*known, version)}
        case _:
            return owed
