"""The rows that planning goes by, as they are delivered: hours of a level, mixes, hours of the day; place and dates."""

from datetime import date, time, timedelta

import pytest

from stepwell_kernel.codes import AgeBand, Modality, Role, TreatmentPart
from stepwell_scheduling.domain.planning.availability import Window
from stepwell_scheduling.domain.planning.rules import PlanningRules
from stepwell_scheduling.store.planning_rules import planning_rules
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

DAY = date(2026, 3, 2)
WEEKDAYS = range(5)


async def rules_at(edge: ServiceEdge, place: str = "US", day: date = DAY) -> PlanningRules:
    """The rules in force."""
    async with edge.transactions(edge.person(Role.SCHEDULER)) as tx:
        return await planning_rules(tx, place, day)


@pytest.mark.parametrize(
    ("level", "age_band", "floor", "ceiling"),
    [
        ("1", AgeBand.ADULT, 0, 539),
        ("1", AgeBand.ADOLESCENT, 0, 359),
        ("2.1", AgeBand.ADULT, 540, 1140),
        ("2.1", AgeBand.ADOLESCENT, 360, 1140),
        ("2.5", AgeBand.ADULT, 1200, None),
        ("2.5", AgeBand.ADOLESCENT, 1200, None),
    ],
)
async def test_the_hours_of_a_level(
    open_edge: OpenEdge, level: str, age_band: AgeBand, floor: int, ceiling: int | None
) -> None:
    """ASAM Criteria, 3rd ed.: level 2.1 from 9 to 19 h a week, from 6 h for adolescents; level 2.5 from 20 h."""
    hours = (await rules_at(await open_edge("scheduling"))).hours_of(level, age_band)
    assert (hours.floor_minutes, hours.ceiling_minutes) == (floor, ceiling)
    assert [hours.required(floor + more) for more in (-1, 0, 1)] == [floor, floor, floor + 1]


#: How often each modality is had, by program type, level and part of treatment: in every so many weeks.
EVERY_WEEKS = {
    ("IOP", "2.1", TreatmentPart.STABILIZE): (1, 1, 1, 1, 2),
    ("IOP", "2.1", TreatmentPart.SKILLS): (1, 1, 1, 2, 2),
    ("IOP", "2.1", TreatmentPart.CONSOLIDATE): (1, 1, 2, 4, 4),
    ("IOP", "2.1", None): (1, 1, 1, 2, 2),
    ("IOP", "2.5", TreatmentPart.SKILLS): (1, 1, 1, 1, 2),
    ("OP", "1", None): (1, 4, 2, 4, 4),
    ("OTP", "1", None): (1, 4, 2, 1, 4),
}


async def test_each_mix_has_all_five_modalities_as_often_as_its_row_says(open_edge: OpenEdge) -> None:
    rules = await rules_at(await open_edge("scheduling"))
    for (program_type, level, part), every_weeks in EVERY_WEEKS.items():
        mix = rules.mix_of(program_type, level, part)
        assert [one.modality for one in mix.sessions] == [
            Modality.GROUP_THERAPY,
            Modality.EDUCATIONAL_WORKSHOP,
            Modality.INDIVIDUAL_THERAPY,
            Modality.MEDICATION_MANAGEMENT,
            Modality.FAMILY_THERAPY,
        ]
        assert tuple(one.every_weeks for one in mix.sessions) == every_weeks
        assert mix.fills is Modality.GROUP_THERAPY


@pytest.mark.parametrize("part", [*TreatmentPart, None])
async def test_a_mix_of_the_intensive_program_reaches_its_floor_in_every_week(
    open_edge: OpenEdge, part: TreatmentPart | None
) -> None:
    mix = (await rules_at(await open_edge("scheduling"))).mix_of("IOP", "2.1", part)
    for held_days_ago in (None, 7, 14, 28):
        held = {} if held_days_ago is None else dict.fromkeys(Modality, DAY - timedelta(days=held_days_ago))
        for floor in (360, 540):
            assert sum(need.minutes for need in mix.needs(floor, DAY, held)) == floor


@pytest.mark.parametrize(
    ("kind", "age_band", "windows"),
    [
        ("day", AgeBand.ADULT, [(day, time(9), time(15, 30)) for day in WEEKDAYS]),
        ("evening", AgeBand.ADULT, [(day, time(17, 30), time(20, 30)) for day in WEEKDAYS]),
        ("weekend", AgeBand.ADULT, [(5, time(9), time(12))]),
        ("telehealth", AgeBand.ADULT, [(day, time(9), time(20, 30)) for day in WEEKDAYS]),
        ("day", AgeBand.ADOLESCENT, [(day, time(15, 30), time(18, 30)) for day in WEEKDAYS]),
        ("evening", AgeBand.ADOLESCENT, [(day, time(15, 30), time(18, 30)) for day in WEEKDAYS]),
        ("weekend", AgeBand.ADOLESCENT, [(5, time(9), time(12))]),
        ("telehealth", AgeBand.ADOLESCENT, [(day, time(15, 30), time(20, 30)) for day in WEEKDAYS]),
    ],
)
async def test_the_hours_of_a_track(
    open_edge: OpenEdge, kind: str, age_band: AgeBand, windows: list[tuple[int, time, time]]
) -> None:
    rules = await rules_at(await open_edge("scheduling"))
    assert rules.hours_of_day([kind], age_band).windows == tuple(Window(*window) for window in windows)


async def test_the_hours_of_visits(open_edge: OpenEdge) -> None:
    rules = await rules_at(await open_edge("scheduling"))
    weekdays = [Window(day, time(8), time(20, 30)) for day in WEEKDAYS]
    assert rules.visit_hours.windows == (*weekdays, Window(5, time(9), time(12)))


#: A state that stops a minute below 19 hours and sees visits on Sundays only, for a week.
STATE_ROWS = (
    """
    insert into hours_rule
    values ('hours.nc', 1, 'US-NC', '2.1', 'adult', 540, 1139, '2026-03-02', '2026-03-09', 'a state', 'compliance')
    """,
    """
    insert into open_hours_rule
    values ('visits.nc', 1, 'US-NC', 'visit', 'any', '{6}', '10:00', '11:00', '2026-03-02', '2026-03-09', 'a state',
            'compliance')
    """,
)


async def test_the_row_of_the_state_goes_first_on_the_days_on_which_it_is_in_force(open_edge: OpenEdge) -> None:
    edge = await open_edge("scheduling")
    for statement in STATE_ROWS:
        await edge.rows(statement)
    begin, end = date(2026, 3, 2), date(2026, 3, 9)
    for place, day, ceiling, windows in (
        ("US-NC", begin, 1139, 1),
        ("US-NC", end - timedelta(days=1), 1139, 1),
        ("US-NC", begin - timedelta(days=1), 1140, 6),
        ("US-NC", end, 1140, 6),
        ("US-SC", begin, 1140, 6),
        ("US", begin, 1140, 6),
    ):
        rules = await rules_at(edge, place, day)
        assert rules.hours_of("2.1", AgeBand.ADULT).ceiling_minutes == ceiling
        assert len(rules.visit_hours.windows) == windows


async def test_no_day_is_without_rows_and_every_row_has_its_source(open_edge: OpenEdge) -> None:
    edge = await open_edge("scheduling")
    for table in ("hours_rule", "mix_rule", "open_hours_rule"):
        rows = await edge.rows(f"select source, approved_by, effective_from from {table}")
        assert rows
        assert all(row["source"] and row["approved_by"] and row["effective_from"] < DAY for row in rows)
