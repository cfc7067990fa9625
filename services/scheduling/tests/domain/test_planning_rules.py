"""What a week needs, which weeks are planned when, and when a patient can come.

Hours of a level: ASAM Criteria, 3rd ed. Weeks of an episode and frequencies of modalities: default of the house.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from stepwell_kernel.codes import AgeBand, Modality, Phase
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_kernel.local_time import local_at
from stepwell_kernel.scheduling_codes import BlockedBy, Setting
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.planning.availability import (
    Availability,
    Window,
    check_availability,
    coming,
    days_from,
    in_force,
)
from stepwell_scheduling.domain.planning.rules import HoursRule, Mix, MixRule, PlanningRules, Prescribed
from stepwell_scheduling.domain.planning.values import Need, Span
from stepwell_scheduling.domain.planning.weeks import (
    PlannedEpisode,
    PlanningDays,
    check_plannable,
    check_week,
    own_week,
    passed_weeks,
    running_week,
    weeks_begin,
)
from stepwell_scheduling.domain.rules import RuleVersion

GROUP, INDIVIDUAL = Modality.GROUP_THERAPY, Modality.INDIVIDUAL_THERAPY
MONDAY = date(2026, 3, 2)
NEW_YORK = "America/New_York"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("floor", "prescribed", "required"),
    [(540, 539, 540), (540, 540, 540), (540, 541, 541), (360, 359, 360), (360, 360, 360), (360, 0, 360), (0, 90, 90)],
)
def test_the_required_minutes_are_never_below_the_level(floor: int, prescribed: int, required: int) -> None:
    assert HoursRule(RuleVersion("hours.2.1", 1), floor, 1140).required(prescribed) == required


@pytest.mark.parametrize(
    ("every_weeks", "last_held_days_ago", "due"),
    [(1, 1, True), (1, None, True), (2, 7, False), (2, 8, True), (2, None, True), (4, 21, False), (4, 22, True)],
)
def test_a_modality_is_due_when_none_was_held_in_the_weeks_it_covers(
    every_weeks: int, last_held_days_ago: int | None, due: bool
) -> None:
    last = None if last_held_days_ago is None else MONDAY - last_held_days_ago * DAY
    assert Prescribed(INDIVIDUAL, 1, 60, every_weeks).is_due(MONDAY, last) is due


@pytest.mark.parametrize(
    ("required", "held_on", "group_minutes"),
    [
        (540, None, 480),  # filled to the required minutes beside an hour of individual therapy
        (540, MONDAY - DAY, 540),  # which is not due this week
        (195, None, 135),  # exactly its own three sessions of 45 minutes
        (194, None, 135),  # and never fewer
    ],
)
def test_group_therapy_fills_a_week_of_the_program(required: int, held_on: date | None, group_minutes: int) -> None:
    mix = Mix("mix/1", (Prescribed(GROUP, 3, 45, 1), Prescribed(INDIVIDUAL, 1, 60, 2)), fills=GROUP)
    needs = mix.needs(required, MONDAY, {INDIVIDUAL: held_on} if held_on else {})
    individual = () if held_on else (Need(INDIVIDUAL, 60, 60),)
    assert needs == (Need(GROUP, group_minutes, 45), *individual)


def test_a_signed_mix_is_followed_as_it_is() -> None:
    mix = Mix("plan/1", (Prescribed(GROUP, 3, 120, 1), Prescribed(INDIVIDUAL, 2, 45, 1)))
    assert mix.needs(540, MONDAY, {}) == (Need(GROUP, 360, 120), Need(INDIVIDUAL, 90, 45))


def rules(*mixes: tuple[str, str, str]) -> PlanningRules:
    """Rules for level 2.1 with mixes named as their selectors."""
    named = [MixRule(*one, Mix("/".join(one), ())) for one in mixes]
    hours = {("2.1", "adult"): HoursRule(RuleVersion("hours.2.1", 1), 540, 1140)}
    return PlanningRules(hours, named, {})


@pytest.mark.parametrize(
    ("program_type", "part", "chosen"),
    [("IOP", "stabilize", "any/2.1/stabilize"), ("IOP", "skills", "any/2.1/any"), ("OTP", None, "OTP/2.1/any")],
)
def test_the_narrowest_mix_holds(program_type: str, part: str | None, chosen: str) -> None:
    known = rules(("OTP", "2.1", "any"), ("any", "2.1", "stabilize"), ("any", "2.1", "any"))
    assert known.mix_of(program_type, "2.1", part).source == chosen


def test_a_level_without_rows_is_not_planned() -> None:
    known = rules(("any", "2.1", "any"))
    with pytest.raises(Conflict, match="level_not_planned"):
        known.hours_of("3.1", AgeBand.ADULT)
    with pytest.raises(Conflict, match="level_not_planned"):
        known.mix_of("IOP", "3.1", None)


@pytest.mark.parametrize(
    ("previous", "known", "entered", "begins"),
    [
        (Phase.ADMISSION, None, Phase.TREATMENT, True),
        (Phase.ADMISSION, MONDAY, Phase.TREATMENT, True),
        (Phase.TREATMENT, MONDAY, Phase.STEP_DOWN, False),
        (Phase.STEP_DOWN, MONDAY, Phase.TREATMENT, False),
        (Phase.TREATMENT, MONDAY, Phase.TREATMENT, False),
        (Phase.ON_HOLD, MONDAY, Phase.TREATMENT, False),
        (Phase.ON_HOLD, None, Phase.TREATMENT, True),
        (Phase.TREATMENT, MONDAY, Phase.ON_HOLD, False),
        (Phase.SCREENING, None, Phase.ADMISSION, False),
    ],
)
def test_weeks_count_as_the_journey_counts_them(
    previous: Phase, known: date | None, entered: Phase, begins: bool
) -> None:
    assert weeks_begin(previous, known, entered) is begins


@pytest.mark.parametrize(
    ("weeks_from", "starts_on"),
    [
        (MONDAY, MONDAY),
        (MONDAY + 6 * DAY, MONDAY + 6 * DAY),
        (MONDAY + 7 * DAY, None),
        (MONDAY - 1 * DAY, MONDAY + 6 * DAY),
        (MONDAY - 70 * DAY, MONDAY),
        (MONDAY - 69 * DAY, MONDAY + DAY),
    ],
)
def test_the_own_week_that_begins_in_seven_days(weeks_from: date, starts_on: date | None) -> None:
    assert own_week(weeks_from, MONDAY) == starts_on


@pytest.mark.parametrize(("days_since", "begun"), [(-3, 0), (0, 0), (6, 0), (7, 7), (13, 7), (14, 14)])
def test_the_running_week(days_since: int, begun: int) -> None:
    assert running_week(MONDAY, MONDAY + days_since * DAY) == MONDAY + begun * DAY


#: Weeks from Monday, planned four days before, on Thursday at noon.
THURSDAY_NOON = PlanningDays(0, 4, time(12))


@pytest.mark.parametrize(
    ("now", "planned_before"),
    [
        (datetime(2026, 3, 5, 11, 59), date(2026, 3, 9)),
        (datetime(2026, 3, 5, 12, 0), date(2026, 3, 16)),
        (datetime(2026, 3, 9, 0, 0), date(2026, 3, 16)),
        (datetime(2026, 3, 12, 12, 0), date(2026, 3, 23)),
    ],
)
def test_up_to_which_day_the_calendar_has_planned(now: datetime, planned_before: date) -> None:
    assert THURSDAY_NOON.planned_before(now) == planned_before


@pytest.mark.parametrize(
    ("now", "weeks"),
    [
        (datetime(2026, 3, 4, 9), [date(2026, 3, 4)]),
        (datetime(2026, 3, 5, 11), [date(2026, 3, 4)]),
        (datetime(2026, 3, 5, 12), [date(2026, 3, 4), date(2026, 3, 11)]),
        (datetime(2026, 3, 11, 9), [date(2026, 3, 11)]),
    ],
)
def test_the_weeks_that_the_calendar_has_passed(now: datetime, weeks: list[date]) -> None:
    """Of an episode whose weeks count from Wednesday 4 March."""
    assert list(passed_weeks(date(2026, 3, 4), now, THURSDAY_NOON)) == weeks


@pytest.mark.parametrize("begins_on", range(7))
def test_what_the_calendar_plans_next_begins_where_it_has_planned_to(begins_on: int) -> None:
    """Hour by hour through three weeks, planned weeks follow one another without gap, whatever day they begin on."""
    days = PlanningDays(begins_on, 4, time(12))
    reached = [days.planned_before(datetime(2026, 3, 1) + timedelta(hours=hour)) for hour in range(24 * 21)]
    assert {(later - former).days for former, later in pairwise(reached)} == {0, 7}
    assert {day.weekday() for day in reached} == {begins_on}


@pytest.mark.parametrize(
    ("starts_on", "today", "code"),
    [
        (MONDAY, MONDAY, None),
        (MONDAY, MONDAY + 6 * DAY, None),
        (MONDAY, MONDAY + 7 * DAY, "week_is_over"),
        (MONDAY + 7 * DAY, MONDAY, None),
        (MONDAY + 6 * DAY, MONDAY, "not_a_week_of_the_episode"),
        (MONDAY - 7 * DAY, MONDAY, "not_a_week_of_the_episode"),
    ],
)
def test_which_week_can_be_planned(starts_on: date, today: date, code: str | None) -> None:
    if code is None:
        check_week(MONDAY, starts_on, today)
        return
    with pytest.raises(StepwellError, match=code):
        check_week(MONDAY, starts_on, today)


@pytest.mark.parametrize(
    ("phase", "weeks_from", "exchange_open", "code"),
    [
        (Phase.TREATMENT, MONDAY, False, None),
        (Phase.STEP_DOWN, MONDAY, False, None),
        (Phase.ON_HOLD, MONDAY, False, "episode_not_in_care"),
        (Phase.TREATMENT, None, False, "weeks_not_begun"),
        (Phase.TREATMENT, MONDAY, True, "exchange_open"),
    ],
)
def test_which_episode_has_weeks_to_plan(
    phase: Phase, weeks_from: date | None, exchange_open: bool, code: str | None
) -> None:
    episode = Episode(new_id(), new_id(), new_id(), new_id(), AgeBand.ADULT, phase, 540)
    planned = PlannedEpisode(episode, "IOP", "2.1", True, None, None, weeks_from, exchange_open)
    if code is None:
        assert check_plannable(planned) == weeks_from
        return
    with pytest.raises(Conflict, match=code):
        check_plannable(planned)


def available(*windows: Window, effective_from: date = MONDAY) -> Availability:
    return Availability(effective_from, windows, (BlockedBy.WORK,), frozenset({Setting.ON_SITE}), frozenset(), None)


EVENING = Window(0, time(17, 30), time(20, 30))


@pytest.mark.parametrize(
    ("windows", "effective_from", "fields"),
    [
        ((EVENING,), MONDAY, []),
        ((EVENING,), MONDAY - DAY, ["effective_from"]),
        ((EVENING, Window(0, time(20, 30), time(21))), MONDAY, []),
        ((EVENING, Window(0, time(20, 29), time(21))), MONDAY, ["windows.1.opens"]),
        ((EVENING, Window(1, time(17, 30), time(20, 30))), MONDAY, []),
        ((Window(0, time(9), time(9)),), MONDAY, ["windows.0.closes"]),
        ((Window(0, time(9), time(9, 1)),), MONDAY, []),
        ((Window(0, time(9), time(8)), EVENING, EVENING), MONDAY, ["windows.0.closes", "windows.2.opens"]),
        ((EVENING, Window(0, time(9, tzinfo=UTC), time(10))), MONDAY, ["windows.1"]),
    ],
)
def test_an_availability_that_can_be(windows: tuple[Window, ...], effective_from: date, fields: list[str]) -> None:
    one = available(*windows, effective_from=effective_from)
    if not fields:
        check_availability(one, MONDAY)
        return
    with pytest.raises(Invalid) as refusal:
        check_availability(one, MONDAY)
    assert (refusal.value.code, [each.path for each in refusal.value.fields]) == ("availability_impossible", fields)


def test_the_version_with_the_latest_begin_holds_and_of_two_the_later() -> None:
    first, second = available(), available(EVENING)
    later = available(effective_from=MONDAY + 7 * DAY)
    versions = [first, later, second]
    assert in_force(versions, MONDAY - DAY) is None
    assert in_force(versions, MONDAY) is second
    assert in_force(versions, MONDAY + 6 * DAY) is second
    assert in_force(versions, MONDAY + 7 * DAY) is later


@pytest.mark.parametrize("week", [date(2026, 3, 2), date(2026, 3, 9), date(2026, 10, 26), date(2026, 11, 2)])
def test_windows_keep_their_local_time_over_a_clock_change(week: date) -> None:
    """Clocks in New York change on 8 March and 1 November 2026."""
    windows = [Window(weekday, time(17, 30), time(20, 30)) for weekday in range(7)]
    spans = coming([available(*windows, effective_from=week)], days_from(week, 7), NEW_YORK, [], [])
    local = [(local_at(one.starts_at, NEW_YORK), local_at(one.ends_at, NEW_YORK)) for one in spans]
    assert [begin.date() for begin, _ in local] == list(days_from(week, 7))
    assert {(begin.time(), end.time()) for begin, end in local} == {(time(17, 30), time(20, 30))}


def test_an_hour_that_is_leapt_over_is_no_time_to_come() -> None:
    asleep = Window(6, time(2), time(3))
    assert coming([available(asleep)], [date(2026, 3, 8)], NEW_YORK, [], []) == ()
    assert len(coming([available(asleep)], [date(2026, 3, 15)], NEW_YORK, [], [])) == 1


def test_where_nothing_is_known_the_hours_of_the_track_and_of_the_program_are_assumed() -> None:
    meeting = Span(datetime.fromisoformat("2026-03-03T14:00Z"), datetime.fromisoformat("2026-03-03T16:00Z"))
    days = days_from(MONDAY, 2)
    assumed = coming([], days, NEW_YORK, [EVENING], [meeting])
    assert [local_at(one.starts_at, NEW_YORK) for one in assumed] == [
        datetime(2026, 3, 2, 17, 30),
        datetime(2026, 3, 3, 9, 0),
    ]
    known = available(Window(1, time(18), time(19)), effective_from=MONDAY + DAY)
    spans = coming([known], days, NEW_YORK, [EVENING], [meeting])
    assert [local_at(one.starts_at, NEW_YORK) for one in spans] == [
        datetime(2026, 3, 2, 17, 30),
        datetime(2026, 3, 3, 18, 0),
    ]
