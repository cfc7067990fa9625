"""Rules of the timetable, as tables: a passing, a failing and a boundary row each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from stepwell_kernel.codes import AgeBand, Modality, Phase, Role
from stepwell_kernel.errors import Conflict, Invalid, StepwellError
from stepwell_kernel.ids import new_id
from stepwell_kernel.scheduling_codes import Setting, WorkshopTopic
from stepwell_scheduling.domain.credentials import (
    Clinician,
    CredentialRule,
    TelehealthRule,
    check_credentials,
    check_license,
)
from stepwell_scheduling.domain.episodes import Episode
from stepwell_scheduling.domain.reference import GroupDraft, GroupSizeRule, check_groups
from stepwell_scheduling.domain.rules import RuleVersion, places_of
from stepwell_scheduling.domain.series import Occurrence, Pattern, Series, check_days, check_not_past
from stepwell_scheduling.domain.sessions import Arrangement, Session, Wish, check_place, check_seat

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FACILITY, GROUP, LEAD, ROOM = new_id(), new_id(), new_id(), new_id()
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("jurisdiction", "places"), [("US", ("US",)), ("US-NY", ("US-NY", "US")), ("US-CT", ("US-CT", "US"))]
)
def test_rules_of_the_state_go_before_those_of_the_country(jurisdiction: str, places: tuple[str, ...]) -> None:
    assert places_of(jurisdiction) == places


@pytest.mark.parametrize(
    ("capacity", "fits"), [(1, False), (2, True), (8, True), (12, True), (13, False)], ids=lambda value: f"{value}"
)
def test_a_group_has_neither_fewer_nor_more_seats_than_its_rule_says(capacity: int, *, fits: bool) -> None:
    """California DMC-ODS: group counseling of 2 to 12."""
    sizes = {Modality.GROUP_THERAPY: GroupSizeRule(RuleVersion("group_size.therapy", 1), 2, 12, "California")}
    groups = [
        GroupDraft(Modality.INDIVIDUAL_THERAPY, 40, None),
        GroupDraft(Modality.GROUP_THERAPY, capacity, None),
    ]
    if fits:
        check_groups(groups, sizes)
        return
    with pytest.raises(Invalid) as refusal:
        check_groups(groups, sizes)
    (problem,) = refusal.value.fields
    assert (problem.path, problem.rule) == ("groups.1.capacity", "group_size.therapy/1")
    assert "California" in problem.problem


def test_all_groups_that_break_a_rule_are_named() -> None:
    sizes = {Modality.EDUCATIONAL_WORKSHOP: GroupSizeRule(RuleVersion("group_size.workshop", 1), 1, 20, "the house")}
    groups = [
        GroupDraft(Modality.EDUCATIONAL_WORKSHOP, 21, None),
        GroupDraft(Modality.GROUP_THERAPY, 8, WorkshopTopic.LIFE_SKILLS),
    ]
    with pytest.raises(Invalid) as refusal:
        check_groups(groups, sizes)
    assert [problem.path for problem in refusal.value.fields] == [
        "groups.0.capacity",
        "groups.0.topic",
        "groups.1.topic",
    ]


@pytest.mark.parametrize(
    ("roles", "credentials", "allowed"),
    [
        ({Role.COUNSELOR}, {"lcsw"}, True),
        ({Role.COUNSELOR, Role.SUPERVISOR}, {"intern", "lpc"}, True),
        ({Role.COUNSELOR}, set(), False),
        ({Role.COUNSELOR}, {"intern"}, False),
        ({Role.NURSE}, {"lcsw"}, False),
    ],
)
def test_role_and_credential_allow_to_hold_a_session(roles: set[Role], credentials: set[str], *, allowed: bool) -> None:
    rule = CredentialRule(
        RuleVersion("credential.individual_therapy", 1), frozenset({Role.COUNSELOR}), frozenset({"lcsw", "lpc"})
    )
    clinician = Clinician(LEAD, frozenset(roles), frozenset(credentials))
    assert rule.allows(clinician) is allowed
    if not allowed:
        with pytest.raises(Conflict, match="credential_missing"):
            check_credentials(rule, clinician)


def test_a_rule_without_credentials_asks_for_the_role_only() -> None:
    rule = CredentialRule(RuleVersion("credential.group_therapy", 1), frozenset({Role.COUNSELOR}), frozenset())
    check_credentials(rule, Clinician(LEAD, frozenset({Role.COUNSELOR}), frozenset()))


@pytest.mark.parametrize(
    ("setting", "state", "credentials", "code"),
    [
        (Setting.VIDEO, "US-NY", {"license_us_ny"}, None),
        (Setting.TELEPHONE, "US-NJ", {"privilege_us_nj"}, None),
        (Setting.VIDEO, "US-NJ", {"license_us_ny"}, "license_missing"),
        (Setting.TELEPHONE, "US-NY", set(), "license_missing"),
        (Setting.ON_SITE, "US-NJ", set(), None),
        (Setting.VIDEO, "US", {"license_us_ny"}, "patient_state_unknown"),
        (Setting.ON_SITE, "US", set(), None),
    ],
)
def test_care_at_a_distance_needs_a_license_of_the_patients_state(
    setting: Setting, state: str, credentials: set[str], code: str | None
) -> None:
    rule = TelehealthRule(
        RuleVersion("telehealth.license", 1),
        frozenset({Setting.VIDEO, Setting.TELEPHONE}),
        frozenset({"license", "privilege"}),
    )
    clinician = Clinician(LEAD, frozenset({Role.COUNSELOR}), frozenset(credentials))
    assert refused(lambda: check_license(rule, clinician, setting, state)) == code


@pytest.mark.parametrize(
    ("setting", "room", "code"),
    [
        (Setting.ON_SITE, ROOM, None),
        (Setting.ON_SITE, None, "room_does_not_fit"),
        (Setting.VIDEO, None, None),
        (Setting.VIDEO, ROOM, "room_does_not_fit"),
    ],
)
def test_a_room_belongs_to_a_session_on_site(setting: Setting, room: UUID | None, code: str | None) -> None:
    assert refused(lambda: check_place(Wish(datetime(2026, 3, 3, 14), 60, LEAD, room, setting))) == code


@pytest.mark.parametrize(
    ("admitted", "cancelled", "code"),
    [
        (None, False, None),
        (AgeBand.ADULT, False, None),
        (AgeBand.ADOLESCENT, False, "other_age_band"),
        (None, True, "session_cancelled"),
    ],
)
def test_whom_a_session_admits(admitted: AgeBand | None, code: str | None, *, cancelled: bool) -> None:
    """Adolescents and adults never share a therapy group (common in state licensing; default of the house)."""
    session = held_at(NOON + timedelta(days=1), age_band=admitted, cancelled=cancelled)
    episode = Episode(new_id(), new_id(), FACILITY, new_id(), AgeBand.ADULT, Phase.TREATMENT, 540)
    assert refused(lambda: check_seat(session, episode, NOON)) == code


def refused(check: Callable[[], None]) -> str | None:
    try:
        check()
    except StepwellError as error:
        return error.code
    return None


def held_at(starts_at: datetime, *, age_band: AgeBand | None = None, cancelled: bool = False) -> Session:
    return Session(
        new_id(),
        FACILITY,
        new_id(),
        GROUP,
        Modality.GROUP_THERAPY,
        starts_at,
        starts_at + timedelta(minutes=60),
        8,
        0,
        age_band=age_band,
        cancelled=cancelled,
    )


def pattern(from_day: date, starts: time = time(17, 30)) -> Pattern:
    return Pattern(from_day, starts, 60, LEAD, ROOM, Setting.ON_SITE)


def weekly(from_day: date, until_day: date | None = None, *, exceptions: frozenset[date] = frozenset()) -> Series:
    patterns = (pattern(from_day),)
    return Series(new_id(), FACILITY, GROUP, from_day.weekday(), from_day, until_day, patterns, exceptions)


@given(
    weekday=st.integers(0, 6),
    length=st.none() | st.integers(0, 70),
    begin=st.integers(-20, 60),
    span=st.integers(0, 60),
    skipped=st.sets(st.integers(0, 90)),
    holidays=st.sets(st.integers(0, 90)),
)
def test_a_series_meets_on_each_of_its_days_and_on_no_other(
    weekday: int, length: int | None, begin: int, span: int, skipped: set[int], holidays: set[int]
) -> None:
    def day(offset: int) -> date:
        return MONDAY + timedelta(days=offset)

    until = None if length is None else day(length)
    exceptions, closed = frozenset(map(day, skipped)), frozenset(map(day, holidays))
    series = Series(new_id(), FACILITY, GROUP, weekday, MONDAY, until, (pattern(MONDAY),), exceptions)
    expected = [
        one
        for one in map(day, range(begin, begin + span + 1))
        if one.weekday() == weekday and one >= MONDAY and (until is None or one <= until)
        if one not in exceptions | closed
    ]
    assert list(series.days(day(begin), day(begin + span), closed)) == expected


def test_a_series_may_begin_on_the_last_day_of_the_calendar() -> None:
    series = Series(new_id(), FACILITY, GROUP, 0, date.max, None, (pattern(date.max),))
    assert list(series.days(MONDAY, MONDAY + timedelta(days=28), frozenset())) == []


@pytest.mark.parametrize(
    ("until_day", "exceptions", "code"),
    [
        (None, frozenset(), None),
        (MONDAY, frozenset(), None),
        (MONDAY - timedelta(days=1), frozenset(), "series_days"),
        (None, frozenset({MONDAY + timedelta(days=7)}), None),
        (None, frozenset({MONDAY + timedelta(days=8)}), "series_days"),
        (MONDAY, frozenset({MONDAY + timedelta(days=7)}), "series_days"),
        (None, frozenset({MONDAY - timedelta(days=7)}), "series_days"),
    ],
)
def test_the_days_of_a_series_fit_together(
    until_day: date | None, exceptions: frozenset[date], code: str | None
) -> None:
    assert refused(lambda: check_days(weekly(MONDAY, until_day, exceptions=exceptions))) == code


@pytest.mark.parametrize(("offset", "code"), [(1, None), (0, None), (-1, "day_in_the_past")])
def test_what_is_over_does_not_change(offset: int, code: str | None) -> None:
    assert refused(lambda: check_not_past(MONDAY + timedelta(days=offset), MONDAY)) == code


def test_a_pattern_holds_from_its_day_until_the_next() -> None:
    second, third = MONDAY + timedelta(days=14), MONDAY + timedelta(days=28)
    series = weekly(MONDAY).changed(pattern(second, time(18)), None).changed(pattern(third, time(19)), None)
    assert [series.pattern_on(MONDAY + timedelta(days=days)).starts.hour for days in (0, 13, 14, 27, 28, 365)] == [
        17,
        17,
        18,
        18,
        19,
        19,
    ]
    again = series.changed(pattern(second, time(20)), third)
    assert [one.starts.hour for one in again.patterns] == [17, 20]
    assert (again.until_day, again.has(third), again.has(third + timedelta(days=7))) == (third, True, False)


HELD = Arrangement(
    starts_local=datetime(2026, 3, 2, 17, 30),
    zone="America/New_York",
    clinician_id=LEAD,
    room_id=ROOM,
    setting=Setting.ON_SITE,
    turnover=timedelta(),
    rules=(),
)


@pytest.mark.parametrize(
    ("held", "follows"),
    [
        (HELD, True),
        (replace(HELD, rules=("credential.group_therapy/2",)), True),
        (replace(HELD, starts_local=datetime(2026, 3, 2, 17, 31)), False),
        (replace(HELD, starts_local=datetime(2026, 3, 3, 17, 30)), False),
        (replace(HELD, clinician_id=new_id()), False),
        (replace(HELD, room_id=None), False),
    ],
)
def test_a_meeting_that_was_changed_on_its_own_does_not_follow_its_series(held: Arrangement, *, follows: bool) -> None:
    occurrence = Occurrence(MONDAY, held_at(NOON), held)
    assert occurrence.follows(weekly(MONDAY).pattern_on(MONDAY)) is follows
