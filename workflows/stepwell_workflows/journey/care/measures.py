"""Measurement-based care: each instrument is filled in again after so many days, more rarely after step-down."""

from datetime import datetime, timedelta

from stepwell_contracts.journey_policy import MeasureCadence
from stepwell_kernel.codes import Instrument, Phase
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, ObligationKind


def oblige_measures(draft: Draft) -> None:
    """The next time of each instrument, from its last one, or from now where there was none."""
    if draft.state.phase not in IN_CARE:
        return
    for cadence in draft.policy.measures:
        days = _days(cadence, draft.state.phase)
        if days is not None:
            _oblige(draft, cadence.instrument, draft.state.clinical.measures.get(cadence.instrument, draft.now), days)


def begin_anew(draft: Draft) -> None:
    """Another phase has another cadence."""
    draft.settle_where(lambda o: o.kind is ObligationKind.MEASURE and not o.task_is_open, "phase_changed")
    oblige_measures(draft)


def filled_in(draft: Draft, instrument: Instrument) -> None:
    """An instrument was filled in."""
    draft.learn(measures={**draft.state.clinical.measures, instrument: draft.now})
    draft.settle(_key(instrument), "done")
    oblige_measures(draft)


def _oblige(draft: Draft, instrument: Instrument, since: datetime, days: int) -> None:
    opens_at = since + timedelta(days=days)
    due_at = opens_at + timedelta(days=draft.policy.measure_grace_days)
    draft.oblige(ObligationKind.MEASURE, _key(instrument), due_at, opens_at=opens_at)


def _days(cadence: MeasureCadence, phase: Phase) -> int | None:
    return cadence.treatment_days if phase is Phase.TREATMENT else cadence.step_down_days


def _key(instrument: Instrument) -> str:
    return f"measure/{instrument}"
