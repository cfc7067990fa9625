"""Instruments as patients of the simulation fill them in."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.http.intake_clinical import RecordScreen, ScreenScored
from stepwell_kernel.codes import Instrument, Role
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Office

PHQ_9_ITEMS = 9
GAD_7_ITEMS = 7
MOST_POINTS = 3

#: Items 1, 2 and 6 of the C-SSRS, answered no.
NO_RISK: Mapping[str, int] = MappingProxyType({"item_1": 0, "item_2": 0, "item_6": 0})
#: Thoughts of dying, of killing oneself, of how and with intent; nothing done.
HIGH_RISK: Mapping[str, int] = MappingProxyType(
    {"item_1": 1, "item_2": 1, "item_3": 1, "item_4": 1, "item_5": 0, "item_6": 0}
)


def spread(total: int, items: int) -> dict[str, int]:
    """Points by item that add up to a total, none on the last item as long as the others can carry it."""
    points = dict.fromkeys((f"item_{number}" for number in range(1, items + 1)), 0)
    left = min(total, items * MOST_POINTS)
    while left:
        for name in points:
            carried_by_others = name == f"item_{items}" and any(
                value < MOST_POINTS for other, value in points.items() if other != name
            )
            if left and points[name] < MOST_POINTS and not carried_by_others:
                points[name] += 1
                left -= 1
    return points


async def record_phq_9(office: Office, case: Case, step: str, *, week: int) -> ScreenScored:
    """The PHQ-9 of a week of care."""
    answers = spread(case.conduct.measure(week), PHQ_9_ITEMS)
    return await _record(office, case, step, RecordScreen(instrument=Instrument.PHQ_9, answers=answers))


async def record_gad_7(office: Office, case: Case, step: str, *, week: int) -> ScreenScored:
    """The GAD-7, which follows the PHQ-9 from afar."""
    answers = spread(round(case.conduct.measure(week) * 0.7), GAD_7_ITEMS)
    return await _record(office, case, step, RecordScreen(instrument=Instrument.GAD_7, answers=answers))


async def record_audit_c(office: Office, case: Case, step: str) -> ScreenScored:
    """The AUDIT-C, all three questions at the same middle answer."""
    answers = {"item_1": 2, "item_2": 1, "item_3": 1}
    body = RecordScreen(
        instrument=Instrument.AUDIT_C, answers=answers, sex="female" if case.profile.is_female else "male"
    )
    return await _record(office, case, step, body)


async def record_c_ssrs(office: Office, case: Case, step: str, *, in_danger: bool = False) -> ScreenScored:
    """The C-SSRS screener."""
    answers = HIGH_RISK if in_danger else NO_RISK
    return await _record(office, case, step, RecordScreen(instrument=Instrument.C_SSRS, answers=answers))


async def _record(office: Office, case: Case, step: str, body: RecordScreen) -> ScreenScored:
    key = case.key(f"{step}-{body.instrument}")
    return await office.person(Role.COUNSELOR).intake.record_screen(case.episode_id, body, key=key)
